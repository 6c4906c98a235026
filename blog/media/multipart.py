"""Whether the parts of a large file are those that were signed, before they become one object."""

from collections.abc import Mapping, Sequence

from blog.media.models import File
from blog.media.problems import NotArrived
from blog.storage import ObjectMissing, ObjectStore, StoredPart


def put_together(store: ObjectStore, file: File, signed: Mapping[int, str]) -> None:
    """Completes the file's upload in parts, where every part is the one that was signed.

    The sizes are always compared. The hashes are where the store tells them; the store refused
    other bytes before, for both are signed with each part. On a store that knows no checksums at
    all only the signed length is certain: bytes of a part cannot be read before the object is put
    together, and gigabytes would have to come through the app after it. What such a store loses is
    what TLS does not protect from: an author who sends other bytes than she announced, as her own.
    The hash of the whole, too, is the author's word; the bucket never has it.

    Does nothing where the upload has ended: then the object itself tells. Raises NotArrived,
    StorageError.
    """
    if file.multipart_id is None:
        return
    try:
        parts = store.parts(file.final_key, file.multipart_id)
        _check(file, parts, signed)
        store.complete_multipart(file.final_key, file.multipart_id, parts)
    except ObjectMissing:
        pass


def _check(file: File, parts: Sequence[StoredPart], signed: Mapping[int, str]) -> None:
    arrived = {part.number: part for part in parts}
    missing = [n for n in range(1, file.part_count + 1) if n not in arrived]
    if missing:
        raise NotArrived(
            file,
            f"{len(missing)} of {file.part_count} parts have not arrived in the bucket yet, the "
            f"first of them is part {missing[0]}. Go on with the upload.",
        )
    for part in parts:
        is_expected = part.number <= file.part_count
        if not is_expected or part.size != file.size_of_part(part.number):
            raise NotArrived(
                file, f"Part {part.number} arrived with {part.size} bytes. Send it again."
            )
        if part.sha256 is not None and part.sha256 != signed.get(part.number):
            raise NotArrived(file, f"Part {part.number} arrived with other bytes. Send it again.")
