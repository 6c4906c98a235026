"""Uploads that nobody will finish: what they left in the bucket and the database is taken away."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched

from sqlalchemy import Select, select

from blog.db import session
from blog.media.ledger import Signature
from blog.media.models import Asset, File
from blog.media.removal import cancel, still_unused
from blog.storage import store

FORGOTTEN_AFTER = timedelta(hours=24)
MOST_AT_ONCE = 500


def forgotten(before: datetime) -> Select[Asset]:
    """Assets with files that have not come, for which nothing was signed since."""
    is_signed = select(Signature.id).where(
        Signature.asset_id == Asset.id, Signature.signed_at >= before
    )
    return (
        select(Asset)
        .where(Asset.created_at < before, Asset.files.any(File.confirmed_at.is_(None)))
        .where(~is_signed.exists())
        .order_by(Asset.id)
    )


def sweep(*, at: datetime, is_dry: bool) -> Iterator[str]:
    """Takes away what is older than a day, and says of each what it is; a dry run only says.

    Commits after each asset, so that what is done stays done. Raises StorageError.
    """
    before = at - FORGOTTEN_AFTER
    yield from _sweep_assets(before, at, is_dry=is_dry)
    yield from _sweep_open_uploads(before, is_dry=is_dry)
    yield from _sweep_pending_objects(before, is_dry=is_dry)


def _sweep_assets(before: datetime, at: datetime, *, is_dry: bool) -> Iterator[str]:
    for asset in session.scalars(forgotten(before)).all():
        lines = [_describe(asset, file) for file in asset.pending]
        if not is_dry:
            # A sweep takes its time: somebody may have gone on with this one since it began.
            still = forgotten(before).where(Asset.id == asset.id)
            if session.scalar(still.execution_options(populate_existing=True)) is None:
                continue
            leftover = cancel(asset, at=at)
            session.commit()
            store.delete(*still_unused(leftover))
        yield from lines


def _describe(asset: Asset, file: File) -> str:
    how = "an upload in parts" if file.multipart_id else "an upload"
    return f"{asset.filename}: {how} of its {file.role} file ({file.size} bytes) never ended"


def _sweep_open_uploads(before: datetime, *, is_dry: bool) -> Iterator[str]:
    """Uploads in parts that no row knows: two tabs opened one each, and one of them crashed."""
    old = (upload for upload in store.open_uploads("media/") if upload.begun_at < before)
    for some in batched(old, MOST_AT_ONCE):
        ids = [upload.multipart_id for upload in some]
        known = set(session.scalars(select(File.multipart_id).where(File.multipart_id.in_(ids))))
        for upload in some:
            if upload.multipart_id not in known:
                yield f"{upload.key}: an upload in parts that nobody knows"
                if not is_dry:
                    store.abort_multipart(upload.key, upload.multipart_id)


def _sweep_pending_objects(before: datetime, *, is_dry: bool) -> Iterator[str]:
    """What arrived and was never asked for; the bucket's own rule deletes it, too, where it has
    one."""
    old = (found.key for found in store.objects("pending/") if found.stored_at < before)
    for some in batched(old, MOST_AT_ONCE):
        waiting = select(File.pending_key).where(
            File.pending_key.in_(some), File.confirmed_at.is_(None)
        )
        known = set(session.scalars(waiting))
        unknown = [key for key in some if key not in known]
        yield from (f"{key}: arrived, and belongs to no upload" for key in unknown)
        if not is_dry:
            store.delete(*unknown)
