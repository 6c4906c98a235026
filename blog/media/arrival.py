"""Whether what arrived in the bucket is what was announced, and its promotion if so."""

from blog.media.formats import (
    Header,
    JpegScan,
    NeedMoreBytes,
    UnknownFormat,
    looks_complete,
    read_header,
)
from blog.media.models import File
from blog.storage import ObjectMissing, ObjectStore, StoredObject

_HEAD = 64 * 1024  # bytes; more than most cameras write before the picture itself
_LONGEST_HEAD = 2 * 1024 * 1024
_TAIL = 64 * 1024


class UploadMismatch(Exception):
    """A file is missing or is not what was announced; the message is for the author."""

    def __init__(self, file: File, message: str) -> None:
        super().__init__(message)
        self.role = file.role


def receive(store: ObjectStore, file: File) -> Header:
    """Checks the pending object and copies it to its final key; safe to repeat.

    Raises UploadMismatch, StorageError.
    """
    try:
        stored = store.stat(file.pending_key)
        header = _check_or_delete(store, file, stored)
        store.promote(
            file.pending_key,
            file.final_key,
            etag=stored.etag,
            content_type=file.content_type,
            filename=file.asset.filename,
        )
    except ObjectMissing:
        raise UploadMismatch(
            file, "The file has not arrived in the bucket yet. Send it again."
        ) from None
    return header


def _check_or_delete(store: ObjectStore, file: File, stored: StoredObject) -> Header:
    try:
        return _check(store, file, stored)
    except UploadMismatch:
        store.delete(file.pending_key)
        raise


def _check(store: ObjectStore, file: File, stored: StoredObject) -> Header:
    if stored.size != file.size:
        raise UploadMismatch(
            file, f"{stored.size} bytes arrived, {file.size} were announced. Send it again."
        )
    if stored.content_type != file.content_type:
        raise UploadMismatch(
            file, f"It arrived as {stored.content_type}, {file.content_type} was announced."
        )
    # Some stores take the checksum fields and check nothing: then it is read back.
    if (stored.sha256 or store.sha256(file.pending_key)) != file.sha256:
        raise UploadMismatch(file, "Other bytes arrived than were announced. Send it again.")

    header, head = _read_header(store, file)
    if header.content_type != file.content_type:
        raise UploadMismatch(
            file, f"This is {header.content_type}, though it was announced as {file.content_type}."
        )
    if not _is_complete(store, file, head):
        raise UploadMismatch(
            file,
            "This picture is cut off. Export it again from where it came, then drop it.",
        )
    return header


def _read_header(store: ObjectStore, file: File) -> tuple[Header, bytes]:
    """The header, and the leading bytes that it took."""
    length = _HEAD
    while True:
        head = store.read(file.pending_key, 0, min(length, file.size))
        try:
            return read_header(head), head
        except NeedMoreBytes as need:
            if len(head) == file.size or length >= _LONGEST_HEAD:
                raise UploadMismatch(
                    file, "This picture is cut off or damaged. Export it again, then drop it."
                ) from None
            length = min(max(need.at_least, 2 * length), _LONGEST_HEAD)
        except UnknownFormat as error:
            raise UploadMismatch(file, f"{error} Pictures are JPEG, PNG, WebP or GIF.") from None


def _is_complete(store: ObjectStore, file: File, head: bytes) -> bool:
    tail = head[-_TAIL:]
    if len(head) < file.size:
        tail = store.read(file.pending_key, max(0, file.size - _TAIL), _TAIL)
    verdict = looks_complete(file.content_type, head, tail, file.size)
    if verdict is not None:
        return verdict
    # Only a JPEG with something long after its end comes here, a phone's moving photo say.
    scan = JpegScan()
    for chunk in store.chunks(file.pending_key):
        scan.feed(chunk)
        if scan.is_complete:
            return True
    return False
