"""How much one author may have signed in a day, and have on the way at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from blog.config import Settings
from blog.db import session
from blog.media.ledger import DAY, Signature
from blog.media.models import File
from blog.storage import PART_LIFETIME, UPLOAD_LIFETIME

LONGEST_LIFETIME = timedelta(seconds=max(UPLOAD_LIFETIME, PART_LIFETIME))


class OverQuota(Exception):
    """Nothing more is signed for this author now; the message says how much was, and when it goes
    on, which `seconds` says in seconds, where waiting helps."""

    def __init__(self, message: str, seconds: int | None) -> None:
        super().__init__(message)
        self.seconds = seconds


def check(files: Sequence[File], settings: Settings, *, user_id: int, at: datetime) -> None:
    """Raises OverQuota where these files, which are about to be signed, are too many or too much.

    What was signed for the same key before does not count again.
    """
    keys = [file.final_key if file.comes_in_parts else file.pending_key for file in files]
    wanted = sum(file.size for file in files)
    # What counts some things twice and is still within the limits needs no closer look.
    count, size = session.execute(Signature.tally(user_id, at - DAY)).one()
    is_far_below = count + len(files) <= settings.uploads_pending
    if is_far_below and int(size or 0) + wanted <= settings.upload_bytes_per_day:
        return
    _check_bytes(wanted, keys, settings, user_id, at)
    _check_pending(len(files), keys, settings, user_id, at)


def _check_bytes(
    wanted: int, keys: Sequence[str], settings: Settings, user_id: int, at: datetime
) -> None:
    limit = settings.upload_bytes_per_day
    if wanted > limit:
        raise OverQuota(
            f"These {_size(wanted)} are more than the {_size(limit)} that each author may upload "
            "in a day. Make them smaller, or ask for a higher limit.",
            None,
        )
    signed = Signature.sizes(user_id, at - DAY, keys).subquery()
    used = int(session.scalar(select(func.sum(signed.c.size))) or 0)
    if used + wanted <= limit:
        return
    freed = 0
    for size, signed_at in session.execute(
        select(signed.c.size, signed.c.signed_at).order_by(signed.c.signed_at)
    ):
        freed += size
        if used - freed + wanted <= limit:
            wait = signed_at + DAY - at
            raise OverQuota(
                f"You have uploaded {_size(used)} in the last 24 hours, and {_size(limit)} is the "
                f"limit: {_size(wanted)} more go on in {_duration(wait)}.",
                _seconds(wait),
            )


def _check_pending(
    wanted: int, keys: Sequence[str], settings: Settings, user_id: int, at: datetime
) -> None:
    limit = settings.uploads_pending
    if wanted > limit:
        raise OverQuota(
            f"These {wanted} files are more than the {limit} that each author may have on the way "
            "at once. Ask for a higher limit.",
            None,
        )
    query = Signature.on_their_way(user_id, at - LONGEST_LIFETIME, at, keys)
    count, ends_at = session.execute(query).one()
    if count + wanted <= limit:
        return
    wait = (ends_at or at) - at
    raise OverQuota(
        f"{count} of your files are on their way, and {limit} at once is the limit. It goes on as "
        f"soon as some of them have arrived, or in {_duration(wait)}.",
        _seconds(wait),
    )


def _size(size: int) -> str:
    unit, name = next(
        ((unit, name) for unit, name in ((10**9, "GB"), (10**6, "MB")) if size >= unit),
        (10**3, "kB"),
    )
    return f"{size / unit:.1f} {name}".replace(".0 ", " ")


def _duration(wait: timedelta) -> str:
    minutes = max(1, -(-_seconds(wait) // 60))
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{-(-minutes // 60)} hours"


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()) + 1)
