"""Taking files away, from the bucket and from the database; safe to run again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import TextClause, select

from blog.db import session
from blog.media.ledger import StorageDay
from blog.media.models import Asset, File
from blog.storage import store


def remove(asset: Asset, *, at: datetime) -> None:
    """Deletes everything of the asset in the bucket, then its rows; the caller commits.

    An object that another asset uses, too, stays. Raises StorageError, and has then deleted no
    row: run it again.
    """
    _abort(asset.files)
    store.delete(*(file.pending_key for file in asset.files), *unused_keys(asset.files))
    session.execute(uncount(asset.files, at=at))
    session.delete(asset)


def cancel(asset: Asset, *, at: datetime) -> list[str]:
    """Ends what is still to come of the asset, and takes all of it away where its main file has
    not come.

    The caller commits, and then deletes the objects of the keys that are returned: a completion at
    the same moment may have confirmed a file, and what is confirmed is not cancelled any more.
    Raises StorageError, and has then deleted no row: run it again.
    """
    pending = asset.pending
    _abort(pending)
    store.delete(*(file.pending_key for file in pending))
    gone = [file for file in pending if session.scalar(file.cancellation())]
    is_nothing_left = asset.main in gone
    if is_nothing_left:
        companions = [file for file in asset.files if file not in pending]
        session.execute(uncount(companions, at=at))
        gone += companions
    leftover = unused_keys(gone)
    session.expire(asset)  # with its files, some of which are no more
    if is_nothing_left:
        session.delete(asset)
    return leftover


def unused_keys(files: Sequence[File]) -> list[str]:
    """The final keys of these files that no other file has, or is going to have."""
    others = {other.kept_key for other in session.scalars(File.with_bytes_of(files))}
    return [file.kept_key for file in files if file.kept_key not in others]


def still_unused(keys: Iterable[str], *, of: int | None = None) -> list[str]:
    """Those of these keys whose objects nobody needs at this moment: asked after a commit, right
    before they are deleted, for another author may have sent the same bytes since.

    What is still to come of the asset `of` does not count.
    """
    keys = list(keys)
    hashes = {PurePath(key).stem for key in keys if not key.startswith("pending/")}
    query = select(File).where(File.sha256.in_(hashes) | File.key.in_(keys))
    query = query.execution_options(populate_existing=True)
    needed = {
        file.kept_key for file in session.scalars(query) if file.is_confirmed or file.asset_id != of
    }
    return [key for key in keys if key not in needed]


def counted(files: Sequence[File]) -> list[File]:
    """Those of these files that no other file that has come shares its object with: what the
    bucket has more with them than without."""
    others = {other.key for other in session.scalars(File.with_bytes_of(files))}
    return [file for file in files if file.kept_key not in others]


def uncount(files: Sequence[File], *, at: datetime) -> TextClause:
    gone = counted([file for file in files if file.is_confirmed])
    return StorageDay.add(size=-sum(file.size for file in gone), objects=-len(gone), at=at)


def _abort(files: Sequence[File]) -> None:
    for file in files:
        if file.multipart_id and not file.is_confirmed:
            store.abort_multipart(file.final_key, file.multipart_id)
