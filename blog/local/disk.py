"""The bytes on disk: files that are written once, and small documents that change as a whole.

A file is complete and synced before a document names it; a document is replaced by renaming.
So whatever was acknowledged survives a kill, and a file cut short is never served: at the next
start nothing names it, and it is removed. Names on disk are hashes or made here, never keys.
"""

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Self

CHUNK = 256 * 1024


class DirectoryInUse(Exception):
    """Another process keeps its bucket in this directory."""


@dataclass(frozen=True)
class Content:
    """Bytes of an object, or a slice of them, still on disk. moto measures and slices it like
    the `bytes` that it expects."""

    path: Path
    size: int
    md5: str
    start: int = 0
    is_new: bool = False
    checksum: tuple[str, str] | None = None

    def __len__(self) -> int:
        return self.size

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, positions: slice) -> Self:
        start, stop, _ = positions.indices(self.size)
        return replace(self, start=self.start + start, size=max(0, stop - start), is_new=False)

    @property
    def is_slice(self) -> bool:
        return self.start > 0 or self.size < self.path.stat().st_size

    def settled(self) -> Self:
        """The same, when an object has taken the file over."""
        return replace(self, is_new=False)

    def open(self) -> BinaryIO:
        file = self.path.open("rb")
        file.seek(self.start)
        return file

    def chunks(self) -> Iterator[bytes]:
        with self.open() as file:
            yield from read_chunks(file, self.size)


def read_chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (chunk := file.read(min(CHUNK, size))):
        size -= len(chunk)
        yield chunk


class Spool:
    """A file that is being written."""

    def __init__(self, path: Path, *, is_durable: bool) -> None:
        self.path = path
        self.is_durable = is_durable
        self.size = 0
        self.md5 = hashlib.md5(usedforsecurity=False)
        self.file = path.open("xb")

    def write(self, chunk: bytes) -> None:
        self.file.write(chunk)
        self.md5.update(chunk)
        self.size += len(chunk)

    def finish(self) -> Content:
        self.file.flush()
        if self.is_durable:
            os.fsync(self.file.fileno())
        self.file.close()
        if self.is_durable:
            sync_directory(self.path.parent)
        return Content(self.path, self.size, self.md5.hexdigest(), is_new=True)

    def discard(self) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)


class Disk:
    """One directory: `files/` with the bytes, `buckets/<name>/` with the documents."""

    def __init__(self, directory: Path, *, is_durable: bool = True) -> None:
        self.directory = directory
        self.is_durable = is_durable
        self.files = directory / "files"
        self.buckets = directory / "buckets"
        self.files.mkdir(parents=True, exist_ok=True)
        self.buckets.mkdir(exist_ok=True)
        self.lock = (directory / "lock").open("wb")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.lock.close()
            raise DirectoryInUse(str(directory)) from None

    def close(self) -> None:
        self.lock.close()

    def spool(self) -> Spool:
        return Spool(self.files / uuid.uuid4().hex, is_durable=self.is_durable)

    def write(self, chunks: Iterable[bytes]) -> Content:
        spool = self.spool()
        try:
            for chunk in chunks:
                spool.write(chunk)
            return spool.finish()
        except OSError:
            spool.discard()
            raise

    def duplicate(self, content: Content) -> Content:
        """The same bytes under a file of their own; a second name for them where the file
        system can do that."""
        path = self.files / uuid.uuid4().hex
        try:
            os.link(content.path, path)
        except OSError:
            shutil.copyfile(content.path, path)
        if self.is_durable:
            sync_directory(self.files)
        return replace(content, path=path, is_new=True)

    def remove(self, content: Content) -> None:
        content.path.unlink(missing_ok=True)

    def keep_only(self, names: set[str]) -> None:
        """Remove the files that no document names."""
        for path in self.files.iterdir():
            if path.name not in names:
                path.unlink(missing_ok=True)

    def bucket_path(self, bucket: str) -> Path:
        return self.buckets / bucket / "bucket.json"

    def object_path(self, bucket: str, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.buckets / bucket / "objects" / f"{name}.json"

    def upload_path(self, bucket: str, upload_id: str) -> Path:
        name = hashlib.sha256(upload_id.encode()).hexdigest()
        return self.buckets / bucket / "uploads" / f"{name}.json"

    def save(self, path: Path, document: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{uuid.uuid4().hex}.part")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(document, file)
            file.flush()
            if self.is_durable:
                os.fsync(file.fileno())
        temporary.replace(path)
        if self.is_durable:
            sync_directory(path.parent)
            sync_directory(path.parent.parent)

    def load(self, path: Path) -> dict[str, Any] | None:
        try:
            document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return document

    def forget(self, path: Path) -> None:
        if path.exists():
            path.unlink()
            if self.is_durable:
                sync_directory(path.parent)

    def forget_bucket(self, bucket: str) -> None:
        # The description first: without it, the rest is no bucket at the next start.
        self.forget(self.bucket_path(bucket))
        shutil.rmtree(self.buckets / bucket, ignore_errors=True)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
