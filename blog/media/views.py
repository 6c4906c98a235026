"""The requests around an upload: reserve before it, sign its parts, confirm after it, or cancel."""

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import ServiceUnavailable

from blog.db import now, session
from blog.errors import answer
from blog.media import signing
from blog.media.completion import Arrivals, look, write_down
from blog.media.forms import Announcement, Refused, parse_announcement, parse_parts
from blog.media.ledger import Signature
from blog.media.models import Asset, Cancelled, File
from blog.media.quota import OverQuota
from blog.media.removal import cancel as cancel_upload
from blog.media.removal import still_unused, unused_keys
from blog.storage import StorageError, store

bp = Blueprint("media", __name__, url_prefix="/admin/media")


@bp.post("/")
def reserve() -> ResponseReturnValue:
    announcement = parse_announcement(_json())
    try:
        files = _expect(announcement)
    except (IntegrityError, StaleDataError):  # another tab announced or cancelled it just now
        session.rollback()
        files = _expect(announcement)
    asset = files[0].asset
    return {
        "id": asset.id,
        "kind": asset.kind,
        "uploads": [signing.sign(file) for file in files],
    }, 201


@bp.post("/<int:id>/parts")
def sign_parts(id: int) -> ResponseReturnValue:
    asset = _get(id)
    if not _is_party(asset):
        _refuse_strangers()
    file = asset.main
    if file.is_confirmed or not file.multipart_id:
        abort(409, "There is nothing to send in parts. Start this upload again.")
    parts = parse_parts(_json(), count=file.part_count, size_of=file.size_of_part)
    signed = signing.sign_parts(file, parts, by=current_user, at=now())
    session.commit()
    return {"parts": signed}


@bp.post("/<int:id>/completion")
def confirm(id: int) -> ResponseReturnValue:
    asset = _get(id)
    if not asset.pending or (asset.is_confirmed and not _is_party(asset)):
        return _to_json(asset)
    if not _is_party(asset):
        _refuse_strangers()
    expected = session.scalars(Signature.last_given(asset.id, current_user.id)).all()
    arrivals = look(store, asset, expected=expected, signed_parts=_signed_parts(asset.main))
    try:
        write_down(asset, arrivals, at=now())
        session.commit()
    except Cancelled:
        session.rollback()
        _clean_up(arrivals.unwanted, of=id)
        raise
    except IntegrityError:
        session.rollback()
        _clean_up([*arrivals.unwanted, *unused_keys(arrivals.files)], of=id)
        words = "Another file has the same reference. Change this one a little, and send it again."
        return jsonify(error=words, role="main"), 409
    _clean_up(arrivals.unwanted, of=id)
    return _tell(asset, arrivals)


@bp.post("/<int:id>/cancellation")
def cancel(id: int) -> ResponseReturnValue:
    asset = _get(id)
    if not asset.pending:
        return "", 204
    if not _is_party(asset):
        _refuse_strangers()
    # Who else sends the same file goes on; what is left of it is swept one day.
    if not session.scalar(Signature.is_somebody_elses(asset.id, current_user.id, now())):
        leftover = cancel_upload(asset, at=now())
        session.commit()
        _clean_up(leftover, of=id)
    return "", 204


@bp.errorhandler(Refused)
def say_why_refused(error: Refused) -> ResponseReturnValue:
    return jsonify(errors=error.errors), 422


@bp.errorhandler(OverQuota)
def say_when_it_goes_on(error: OverQuota) -> ResponseReturnValue:
    headers = {"Retry-After": str(error.seconds)} if error.seconds else {}
    return jsonify(error=str(error)), 429, headers


@bp.errorhandler(Cancelled)
def say_it_was_cancelled(error: Cancelled) -> ResponseReturnValue:
    return jsonify(error="This upload was cancelled. Start it again.", role="main"), 409


@bp.errorhandler(StorageError)
def say_bucket_is_away(error: StorageError) -> ResponseReturnValue:
    current_app.logger.error("Bucket: %s", error)
    return answer(ServiceUnavailable("The bucket does not answer the blog. Try again in a moment."))


def _json() -> Any:
    try:
        return request.get_json()
    except RecursionError:
        abort(400, "This JSON is nested too deep.")


def _expect(announcement: Announcement) -> list[File]:
    settings = current_app.extensions["settings"]
    files = signing.expect(announcement, settings, by=current_user, at=now())
    session.commit()
    return files


def _get(id: int) -> Asset:
    return session.get(Asset, id) or abort(404, "There is no such upload.")


def _is_party(asset: Asset) -> bool:
    """Whether the user announced this asset, first or after somebody else."""
    return asset.created_by_id == current_user.id or bool(
        session.scalar(Signature.given(asset.id, current_user.id))
    )


def _refuse_strangers() -> None:
    abort(403, "Somebody else is uploading this file. Drop it here yourself to join in.")


def _signed_parts(file: File) -> dict[int, str]:
    if not file.multipart_id or file.is_confirmed:
        return {}
    return {
        number: sha256
        for number, sha256 in session.execute(Signature.of_parts(file))
        if number is not None
    }


def _clean_up(keys: list[str], *, of: int) -> None:
    try:
        store.delete(*still_unused(keys, of=of))
    except StorageError as error:  # what is pending expires in the bucket
        current_app.logger.warning("Objects stay that nobody needs: %s", error)


def _tell(asset: Asset, arrivals: Arrivals) -> ResponseReturnValue:
    if arrivals.problems:
        problem = arrivals.problems[0]
        usable = _to_json(asset) if asset.is_confirmed else {}
        return {**usable, "error": str(problem), "role": problem.role}, 409
    if arrivals.fault:
        raise arrivals.fault
    return _to_json(asset)


def _to_json(asset: Asset) -> dict[str, Any]:
    main = asset.main
    return {
        "id": asset.id,
        "url": store.url(main.key or main.final_key),
        "reference": asset.reference,
        "width": main.width,
        "height": main.height,
        "kind": asset.kind,
    }
