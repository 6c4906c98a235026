"""What a browser may send: announced files become rows, entries of the ledger, and signatures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from blog.accounts.models import User
from blog.config import Settings
from blog.db import session
from blog.media import quota
from blog.media.forms import MOST_FILES, AnnouncedPart, Announcement, Refused
from blog.media.ledger import Signature
from blog.media.models import Asset, Cancelled, File
from blog.storage import (
    PART_LIFETIME,
    UPLOAD_LIFETIME,
    ObjectMissing,
    StoredPart,
    store,
)


def expect(announcement: Announcement, settings: Settings, *, by: User, at: datetime) -> list[File]:
    """Writes the rows of an announcement, and into the ledger what is going to be signed.

    The files are in the order announced. Raises Refused, OverQuota; IntegrityError where another
    tab announces the same at this moment: then once more.
    """
    main = announcement.main
    session.execute(by.lock())  # so that two announcements at once do not pass the quota together
    session.execute(File.locked(main.sha256))
    with session.no_autoflush:
        asset = session.scalars(Asset.with_sha256(main.sha256)).unique().one_or_none()
        if asset is None:
            asset = Asset.reserve(
                main.sha256, filename=announcement.filename, alt=announcement.alt, by=by, at=at
            )
            session.add(asset)
        replaced = _find_replaced(announcement, asset, by=by, at=at)
        asset.rename(announcement.filename, announcement.alt, announcement.kind)
        files = [
            asset.expect(
                file.role, content_type=file.content_type, size=file.size, sha256=file.sha256
            )
            for file in announcement.files
        ]
        _check_known(announcement, files)
        _check_number(asset, files, by=by, at=at)
        coming = [file for file in files if not file.is_confirmed]
        quota.check(coming, settings, user_id=by.id, at=at)
    # Before its name is forgotten: parts that nobody knows would cost, past every quota.
    for key, multipart_id in replaced:
        store.abort_multipart(key, multipart_id)
    session.flush()
    for file in coming:
        lifetime = PART_LIFETIME if file.comes_in_parts else UPLOAD_LIFETIME
        session.add(Signature.of(file, by=by.id, at=at, lifetime=lifetime))
    return files


def sign(file: File) -> dict[str, Any]:
    """How the browser sends the file: null where the bucket has it, by parts where it is large.

    The rows are committed before: asking the bucket for the parts may take a while.
    """
    said = {"role": file.role, "sha256": file.sha256}
    if file.is_confirmed:
        return {**said, "method": None}
    if file.comes_in_parts:
        return {**said, **_in_parts(file)}
    upload = store.sign_upload(
        file.pending_key, content_type=file.content_type, size=file.size, sha256=file.sha256
    )
    return {**said, **upload.to_json()}


def sign_parts(
    file: File, parts: Sequence[AnnouncedPart], *, by: User, at: datetime
) -> list[dict[str, Any]]:
    """Signs parts of an upload that is open, and writes them into the ledger."""
    signed = []
    for part in parts:
        permission = Signature.of(file, by=by.id, at=at, lifetime=PART_LIFETIME)
        session.add(permission.for_part(part.number, size=part.size, sha256=part.sha256))
        upload = store.sign_part(
            file.final_key,
            file.multipart_id or "",
            part.number,
            size=part.size,
            sha256=part.sha256,
        )
        signed.append({"number": part.number, **upload.to_json()})
    return signed


def _find_replaced(
    announcement: Announcement, asset: Asset, *, by: User, at: datetime
) -> list[tuple[str, str]]:
    """Keys and names of the uploads in parts that this announcement ends, because it says the same
    bytes to be of another size or type; raises Refused where somebody else is sending them."""
    replaced, errors = [], {}
    for index, said in enumerate(announcement.files):
        file = asset.find(said.role, said.sha256)
        if file is None or file.is_confirmed:
            continue
        if (said.content_type, said.size) == (file.content_type, file.size):
            continue
        if file.multipart_id:
            replaced.append((file.final_key, file.multipart_id))
        if session.scalar(Signature.is_somebody_elses(asset.id, by.id, at)):
            what = "size" if said.content_type == file.content_type else "content_type"
            errors[f"files.{index}.{what}"] = (
                f"Somebody else is sending these bytes at this moment, as {file.content_type} of "
                f"{file.size} bytes. Try again in an hour."
            )
    if errors:
        raise Refused(errors)
    return replaced


def _check_number(asset: Asset, files: Sequence[File], *, by: User, at: datetime) -> None:
    """Announcements one after the other must not add up to more than one of them may have."""
    others = [file for file in asset.files if file not in files]
    kept = sum(file.is_confirmed for file in others)
    if kept < len(others) and session.scalar(Signature.is_somebody_elses(asset.id, by.id, at)):
        kept = len(others)
    if kept + len(files) > MOST_FILES:
        raise Refused(
            {"files": f"There are {kept} other files of it, and {MOST_FILES} is the limit."}
        )


def _check_known(announcement: Announcement, files: Sequence[File]) -> None:
    """The same bytes cannot be of another type or size than when they came."""
    errors = {}
    for index, (said, file) in enumerate(zip(announcement.files, files, strict=True)):
        if (said.content_type, said.size) != (file.content_type, file.size):
            errors[f"files.{index}.content_type"] = (
                f"These bytes are in the library already, as {file.content_type} of "
                f"{file.size} bytes."
            )
    if errors:
        raise Refused(errors)


def _in_parts(file: File) -> dict[str, Any]:
    """The upload in parts of this file, opened now or gone on with.

    It goes to the final key at once, with the final headers: nothing is visible under it until the
    upload is completed, which happens after the checks of what arrived; and a copy of gigabytes
    from `pending/`, which S3 does not make beyond 5 GB anyway, is not needed.
    """
    while True:
        known = file.multipart_id
        try:
            if known:
                return _parts_answer(file, store.parts(file.final_key, known))
        except ObjectMissing:
            if _has_arrived(file):
                return {"method": None}
        opened = store.open_multipart(
            file.final_key, content_type=file.content_type, filename=file.filename
        )
        is_ours = bool(session.scalar(file.opening(opened, instead_of=known)))
        session.commit()
        if is_ours:
            session.refresh(file)
            return _parts_answer(file, [])
        # Another tab was quicker: its upload is the one that both go on with.
        store.abort_multipart(file.final_key, opened)
        if session.get(File, file.id, populate_existing=True) is None:
            raise Cancelled
        if file.is_confirmed:
            return {"method": None}


def _has_arrived(file: File) -> bool:
    """Whether the parts were put together already, and only the confirmation is missing."""
    try:
        return store.stat(file.final_key).size == file.size
    except ObjectMissing:
        return False


def _parts_answer(file: File, arrived: Sequence[StoredPart]) -> dict[str, Any]:
    return {
        "method": "PARTS",
        "url": url_for("media.sign_parts", id=file.asset_id),
        "part_size": file.part_size,
        "parts": file.part_count,
        "arrived": [
            {"number": part.number, "size": part.size, "sha256": part.sha256} for part in arrived
        ],
    }
