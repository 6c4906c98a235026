"""Whether what arrived in the bucket is what was announced, and its promotion if so."""

from collections.abc import Mapping

from blog.media.formats import JpegScan, looks_complete, read_header
from blog.media.forms import WHAT_IT_IS, kind_of
from blog.media.headers import Header, NeedMoreBytes, UnknownFormat, is_scaled_down
from blog.media.models import File
from blog.media.multipart import put_together
from blog.media.problems import NotArrived, UploadMismatch
from blog.media.video import read_video
from blog.storage import ObjectMissing, ObjectStore, StoredObject

# Bytes that are read of a picture's beginning and end: what browsers write shows its size and its
# end there. Where that is not enough, the header says how much is; a camera's Exif comes first.
_HEAD = 512
_LONGEST_HEAD = 2 * 1024 * 1024
_TAILS = (256, 64 * 1024)
_TELLING_HEADS = ("image/webp", "image/avif")  # their heads say where the file ends


def receive(
    store: ObjectStore, file: File, *, main: Header | None, signed_parts: Mapping[int, str]
) -> Header:
    """Checks what arrived, and brings it to its final key; safe to repeat.

    `main` is the header of the main picture that a variant is measured by, where it is known;
    `signed_parts` the hashes that were last signed for each part. Raises UploadMismatch (NotArrived
    where nothing is wrong yet), StorageError. What is wrong under `pending/` is left to the caller
    to delete.
    """
    if file.comes_in_parts:
        return _receive_parts(store, file, signed_parts)
    try:
        stored = store.stat(file.pending_key)
        header = _check(store, file, file.pending_key, stored)
        _check_belongs(file, header, main)
        store.promote(
            file.pending_key,
            file.final_key,
            etag=stored.etag,
            content_type=file.content_type,
            filename=file.filename,
        )
    except ObjectMissing:
        raise NotArrived(
            file, "The file has not arrived in the bucket yet. Send it again."
        ) from None
    return header


def _receive_parts(store: ObjectStore, file: File, signed_parts: Mapping[int, str]) -> Header:
    """What is put together is visible, so what is wrong with it is deleted at once."""
    put_together(store, file, signed_parts)
    try:
        stored = store.stat(file.final_key)
    except ObjectMissing:
        raise NotArrived(file, "This upload has ended in the bucket. Start it again.") from None
    try:
        return _check(store, file, file.final_key, stored)
    except UploadMismatch:
        store.delete(file.final_key)
        raise


def _check(store: ObjectStore, file: File, key: str, stored: StoredObject) -> Header:
    if stored.size != file.size:
        raise UploadMismatch(
            file, f"{stored.size} bytes arrived, {file.size} were announced. Send it again."
        )
    if stored.content_type != file.content_type:
        raise UploadMismatch(
            file, f"It arrived as {stored.content_type}, {file.content_type} was announced."
        )
    # Some stores take the checksum fields and check nothing: then it is read back. Not what comes
    # in parts, whose hashes were compared one by one: gigabytes are not read in a request.
    if not file.comes_in_parts and (stored.sha256 or store.sha256(key)) != file.sha256:
        raise UploadMismatch(file, "Other bytes arrived than were announced. Send it again.")
    header = _read(store, file, key)
    if header.content_type != file.content_type:
        raise UploadMismatch(
            file, f"This is {header.content_type}, though it was announced as {file.content_type}."
        )
    return header


def _read(store: ObjectStore, file: File, key: str) -> Header:
    is_video = kind_of(file.content_type) == "video"
    try:
        if is_video:
            return read_video(lambda start, length: store.read(key, start, length), file.size)
        header, head = _read_picture(store, file, key)
    except NeedMoreBytes:
        what = "video" if is_video else "picture"
        raise UploadMismatch(
            file, f"This {what} is cut off or damaged. Export it again, then drop it."
        ) from None
    except UnknownFormat as error:
        raise UploadMismatch(file, f"{error} {WHAT_IT_IS[file.role]}") from None
    if header.content_type == file.content_type and not _is_complete(store, file, key, head):
        raise UploadMismatch(
            file, "This picture is cut off. Export it again from where it came, then drop it."
        )
    return header


def _read_picture(store: ObjectStore, file: File, key: str) -> tuple[Header, bytes]:
    """The header, and the leading bytes that it took."""
    head, wanted = b"", _HEAD
    while True:
        wanted = min(wanted, file.size)
        head += store.read(key, len(head), wanted - len(head))
        try:
            return read_header(head), head
        except NeedMoreBytes as need:
            if len(head) >= min(file.size, _LONGEST_HEAD):
                raise
            wanted = min(max(need.at_least, 2 * len(head)), _LONGEST_HEAD)


def _is_complete(store: ObjectStore, file: File, key: str, head: bytes) -> bool:
    verdict: bool | None = False
    if file.content_type in _TELLING_HEADS:
        return looks_complete(file.content_type, head, b"", file.size) is True
    for length in _TAILS:
        tail = head[-length:]
        if len(head) < file.size:
            start = max(0, file.size - length)
            tail = store.read(key, start, file.size - start)
        verdict = looks_complete(file.content_type, head, tail, file.size)
        if verdict or length >= file.size:
            break
    if verdict is not None:
        return verdict
    # Only a JPEG with something long after its end comes here, a phone's moving photo say.
    scan = JpegScan()
    for chunk in store.chunks(key):
        scan.feed(chunk)
        if scan.is_complete:
            return True
    return False


def _check_belongs(file: File, header: Header, main: Header | None) -> None:
    if file.role != "variant" or main is None:
        return
    if not is_scaled_down(header.width, header.height, main.width, main.height):
        raise UploadMismatch(file, unlike(header.width, header.height, main.width, main.height))


def unlike(width: int, height: int, main_width: int, main_height: int) -> str:
    return (
        f"This variant is {width} by {height} pixels, which is no smaller version of a picture of "
        f"{main_width} by {main_height}: it belongs to another one. Prepare the picture again."
    )
