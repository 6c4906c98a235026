"""Objects, parts and uploads as moto knows them, whose bytes are files and not memory."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from moto.core.utils import utcnow
from moto.s3 import exceptions
from moto.s3.models import FakeKey, FakeMultipart
from moto.utilities.tagging_service import TaggingService

from blog.local import checksums
from blog.local.disk import Content, Disk

ACCOUNT_ID = "123456789012"
SMALLEST_PART = 5 * 1024**2


class Store(Protocol):
    """What an object needs of the backend that it belongs to."""

    region_name: str
    disk: Disk
    tagger: TaggingService
    discarded: list[Content]

    def own(self, value: bytes | Content) -> Content: ...


class StoredKey(FakeKey):
    """An object, or a part of one, whose bytes are a file."""

    def __new__(cls, *_arguments: object, **_fields: object) -> "StoredKey":
        # moto tracks what it makes, to dispose of it when a mock ends.
        return object.__new__(cls)

    def __init__(self, backend: Store, name: Any, content: Content, **fields: Any) -> None:
        self.backend = backend
        self.content = content
        fields.setdefault("etag", content.md5)
        super().__init__(
            name, b"", account_id=ACCOUNT_ID, region_name=backend.region_name, **fields
        )
        self._value_buffer.close()
        self.contentsize = content.size

    @property  # type: ignore[override]
    def value(self) -> Content:
        return self.content

    @value.setter
    def value(self, empty: bytes) -> None:
        """moto's constructor sets it; the content is already there."""

    @property
    def response_dict(self) -> dict[str, Any]:
        headers: dict[str, Any] = super().response_dict
        tags = self.backend.tagger.get_tag_dict_for_resource(self.arn)
        if tags:
            headers["x-amz-tagging-count"] = str(len(tags))
        return headers

    def __deepcopy__(self, _memo: object) -> "StoredKey":
        """moto copies what it marks as the latest version; nothing of it is worth two."""
        twin = self.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def dispose(self, garbage: bool = False) -> None:
        """moto lets go of the object. Its file is removed when the store on disk has, too."""
        if not garbage and not self.disposed:
            self.disposed = True
            self.backend.discarded.append(self.content)

    def __del__(self) -> None:
        """moto's own would warn that the key was not disposed of."""


class StoredUpload(FakeMultipart):
    """A multipart upload whose parts are files."""

    def __new__(cls, *_arguments: object, **_fields: object) -> "StoredUpload":
        return object.__new__(cls)

    def __init__(self, backend: Store, key_name: str, metadata: Any, **fields: Any) -> None:
        super().__init__(
            key_name, metadata, account_id=ACCOUNT_ID, region_name=backend.region_name, **fields
        )
        self.backend = backend
        self.initiated: datetime = utcnow()

    @property
    def algorithm(self) -> str | None:
        algorithm: str | None = self.metadata.get("x-amz-checksum-algorithm")
        return algorithm

    def set_part(self, part_id: int, value: bytes | Content) -> FakeKey:
        if not 1 <= part_id <= 10_000:
            raise exceptions.NoSuchUpload(upload_id=part_id)
        content = self.backend.own(value)
        part = StoredKey(self.backend, part_id, content)
        if content.checksum:
            part.checksum_algorithm, part.checksum_value = content.checksum
        if part_id in self.parts:
            self.parts[part_id].dispose()
        self.parts[part_id] = part
        self.partlist = sorted(self.parts)
        return part

    def complete(self, body: Iterator[tuple[int, str]]) -> Any:
        """The content of the whole, its ETag, and its checksum as moto wants it: type, value,
        number of parts."""
        chosen: list[StoredKey] = []
        for number, etag in body:
            part = self.parts.get(number)
            if not isinstance(part, StoredKey) or part.etag.strip('"') != etag.strip('"'):
                raise exceptions.InvalidPart()
            if chosen and chosen[-1].contentsize < SMALLEST_PART:
                raise exceptions.EntityTooSmall()
            chosen.append(part)
        if not chosen:
            raise exceptions.MalformedXML()
        digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in chosen)
        etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(chosen)}"
        content = self.backend.disk.write(
            chunk for part in chosen for chunk in part.content.chunks()
        )
        return content, etag, self.checksum(content, chosen)

    def checksum(self, content: Content, parts: list[StoredKey]) -> tuple[str, str, int] | None:
        """Of all bytes, or of the parts' checksums with their number behind it.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
        """
        algorithm = self.algorithm
        if algorithm is None:
            return None
        running = checksums.start(algorithm)
        if self.metadata.get("x-amz-checksum-type") == "FULL_OBJECT" or algorithm == "CRC64NVME":
            for chunk in content.chunks():
                running.update(chunk)
            return "FULL_OBJECT", checksums.verify(algorithm, "", running.digest()), 1
        for part in parts:
            if part.checksum_algorithm == algorithm and part.checksum_value:
                running.update(checksums.decoded(part.checksum_value) or b"")
            else:
                of_part = checksums.start(algorithm)
                for chunk in part.content.chunks():
                    of_part.update(chunk)
                running.update(of_part.digest())
        value = checksums.verify(algorithm, "", running.digest())
        return "COMPOSITE", value, len(parts)
