"""The end of an upload: each file for itself is looked at in the bucket, then written down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from blog.db import session
from blog.media.arrival import receive, unlike
from blog.media.headers import Header, is_scaled_down
from blog.media.ledger import StorageDay
from blog.media.models import Asset, Cancelled, File
from blog.media.problems import NotArrived, UploadMismatch
from blog.media.removal import counted, uncount, unused_keys
from blog.storage import ObjectStore, StorageError


@dataclass
class Arrivals:
    """What a completion found. `unwanted` are keys of objects to delete, once the rows are written;
    `fault` is why the bucket could not be asked about the rest."""

    headers: list[tuple[File, Header]] = field(default_factory=list)
    problems: list[UploadMismatch] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    fault: StorageError | None = None

    @property
    def files(self) -> list[File]:
        """Those that arrived well."""
        return [file for file, _ in self.headers]


def look(
    store: ObjectStore, asset: Asset, *, expected: Collection[str], signed_parts: Mapping[int, str]
) -> Arrivals:
    """Asks the bucket for the main file and those `expected` (hashes), as far as they are not
    confirmed; writes no row.

    What other announcements left behind, strangers' too, is not looked at: hundreds of questions
    to the bucket would keep everybody waiting. It is swept one day.
    """
    arrivals = Arrivals()
    main = None
    try:
        for file in asset.pending:
            if file.role != "main" and file.sha256 not in expected:
                continue
            main = main or _known(asset.main)
            try:
                header = receive(store, file, main=main, signed_parts=signed_parts)
            except UploadMismatch as problem:
                _note(problem, arrivals)
            else:
                arrivals.headers.append((file, header))
                arrivals.unwanted.append(file.pending_key)
                if file.role == "main":
                    main = header
    except StorageError as fault:
        arrivals.fault = fault
    return arrivals


def write_down(asset: Asset, arrivals: Arrivals, *, at: datetime) -> None:
    """Confirms what arrived well; raises Cancelled where the main file's row is gone."""
    stored = []
    for file, header in arrivals.headers:
        promoted = file.final_key
        if session.scalar(file.confirmation(header, at=at)):
            stored.append(file)
            session.refresh(file)
        else:
            row = session.get(File, file.id, populate_existing=True)
            if row is None or row.kept_key != promoted:
                arrivals.unwanted.append(promoted)  # and nobody's any more
    if not asset.main.is_confirmed:
        if not arrivals.problems and not arrivals.fault:
            raise Cancelled
    elif asset.main in stored:
        asset.settle()
        _part_from_strangers(asset, arrivals, at=at)
    new = counted(stored)
    if new:
        size = sum(file.size for file in new)
        session.execute(StorageDay.add(size=size, objects=len(new), at=at))


def _known(main: File) -> Header | None:
    if not main.is_confirmed or main.width is None or main.height is None:
        return None
    return Header(main.content_type, main.width, main.height)


def _note(problem: UploadMismatch, arrivals: Arrivals) -> None:
    file = problem.file
    # Another tab may have been quicker, and have tidied up what this one looked for.
    row = session.get(File, file.id, populate_existing=True)
    if row is None or row.is_confirmed:
        return
    if not isinstance(problem, NotArrived):
        arrivals.unwanted.append(file.pending_key)
    arrivals.problems.append(problem)


def _part_from_strangers(asset: Asset, arrivals: Arrivals, *, at: datetime) -> None:
    """Variants that were confirmed before the main file can be measured by it only now."""
    main = asset.main
    measured = arrivals.files
    for file in asset.files:
        if file.role != "variant" or not file.is_confirmed or file in measured:
            continue
        size = (file.width or 0, file.height or 0, main.width or 0, main.height or 0)
        if not is_scaled_down(*size):
            arrivals.problems.append(UploadMismatch(file, unlike(*size)))
            arrivals.unwanted += unused_keys([file])
            session.execute(uncount([file], at=at))
            file.withdraw()
