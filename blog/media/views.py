"""The two requests around an upload: reserve before it, confirm after it."""

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import ServiceUnavailable

from blog.db import now, session
from blog.errors import answer
from blog.media.arrival import UploadMismatch, receive
from blog.media.forms import Announcement, Refused, parse_announcement
from blog.media.models import Asset, File
from blog.storage import StorageError, store

bp = Blueprint("media", __name__, url_prefix="/admin/media")


@bp.post("/")
def reserve() -> ResponseReturnValue:
    try:
        announcement = parse_announcement(request.get_json())
    except RecursionError:
        abort(400, "This JSON is nested too deep.")
    try:
        asset = _expect(announcement)
        session.commit()
    except IntegrityError:  # another tab announced the same file at the same moment
        session.rollback()
        asset = _expect(announcement)
        session.commit()
    return {"id": asset.id, "uploads": [_sign(file) for file in asset.files]}, 201


@bp.post("/<int:id>/completion")
def confirm(id: int) -> ResponseReturnValue:
    asset = session.get(Asset, id) or abort(404, "There is no such upload.")
    expected = [file for file in asset.files if not file.is_confirmed]
    for file in expected:
        _receive(file)
    try:
        session.commit()
    except IntegrityError:
        abort(409, "Another picture has the same reference. Change this one a little.")
    for file in expected:
        _clean_up(file)
    return _to_json(asset)


@bp.errorhandler(Refused)
def say_why_refused(error: Refused) -> ResponseReturnValue:
    return jsonify(errors=error.errors), 422


@bp.errorhandler(UploadMismatch)
def say_what_is_wrong(error: UploadMismatch) -> ResponseReturnValue:
    return jsonify(error=str(error), role=error.role), 409


@bp.errorhandler(StorageError)
def say_bucket_is_away(error: StorageError) -> ResponseReturnValue:
    current_app.logger.error("Bucket: %s", error)
    return answer(ServiceUnavailable("The bucket does not answer the blog. Try again in a moment."))


def _expect(announcement: Announcement) -> Asset:
    asset = session.scalars(Asset.with_sha256(announcement.main.sha256)).unique().one_or_none()
    if asset is None:
        asset = Asset.reserve(
            announcement.main.sha256,
            filename=announcement.filename,
            alt=announcement.alt,
            by=current_user,
            at=now(),
        )
        session.add(asset)
    asset.rename(announcement.filename, announcement.alt)
    for file in announcement.files:
        asset.expect(file.role, content_type=file.content_type, size=file.size, sha256=file.sha256)
    return asset


def _receive(file: File) -> None:
    try:
        header = receive(store, file)
    except UploadMismatch:
        # Another tab may have been quicker, and have tidied up what this one looked for.
        session.refresh(file)
        if not file.is_confirmed:
            raise
    else:
        file.confirm(header, at=now())


def _sign(file: File) -> dict[str, Any]:
    if file.is_confirmed:
        return {"role": file.role, "method": None}
    upload = store.sign_upload(
        file.pending_key, content_type=file.content_type, size=file.size, sha256=file.sha256
    )
    return {"role": file.role, **upload.to_json()}


def _clean_up(file: File) -> None:
    try:
        store.delete(file.pending_key)
    except StorageError as error:  # the bucket's lifecycle rule will delete it
        current_app.logger.warning("Pending object stays: %s", error)


def _to_json(asset: Asset) -> dict[str, Any]:
    main = asset.main
    return {
        "id": asset.id,
        "url": store.url(main.key or main.final_key),
        "reference": asset.reference,
        "width": main.width,
        "height": main.height,
    }
