"""Checksums that S3 knows: how each is computed, and whether the bytes are the promised ones.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Mapping
from typing import Protocol

from blog.local.errors import Refusal


class Checksum(Protocol):
    def update(self, chunk: bytes, /) -> object: ...
    def digest(self) -> bytes: ...


class Crc32:
    def __init__(self) -> None:
        self.value = 0

    def update(self, chunk: bytes) -> None:
        self.value = zlib.crc32(chunk, self.value)

    def digest(self) -> bytes:
        return self.value.to_bytes(4, "big")


class ReflectedCrc:
    """A CRC from its polynomial, byte by byte: right, and slow (some MB a second). boto3 uses
    these two only where the C library awscrt is installed; browsers do not."""

    def __init__(self, bits: int, polynomial: int) -> None:
        self.bits = bits
        self.value = (1 << bits) - 1
        self.table = []
        for index in range(256):
            entry = index
            for _ in range(8):
                entry = (entry >> 1) ^ polynomial if entry & 1 else entry >> 1
            self.table.append(entry)

    def update(self, chunk: bytes) -> None:
        value, table = self.value, self.table
        for byte in chunk:
            value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
        self.value = value

    def digest(self) -> bytes:
        return (self.value ^ ((1 << self.bits) - 1)).to_bytes(self.bits // 8, "big")


LENGTHS = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8, "SHA1": 20, "SHA256": 32}


def start(algorithm: str) -> Checksum:
    match algorithm:
        case "CRC32":
            return Crc32()
        case "CRC32C":
            return ReflectedCrc(32, 0x82F63B78)
        case "CRC64NVME":
            return ReflectedCrc(64, 0x9A6C9329AC4BC9B5)
        case "SHA1":
            return hashlib.sha1(usedforsecurity=False)
        case "MD5":
            return hashlib.md5(usedforsecurity=False)
        case _:
            return hashlib.sha256()


def announced(headers: Mapping[str, str]) -> dict[str, str]:
    """Algorithm to base64 value, for what the headers or form fields (lower-case names) promise;
    an empty value where only the algorithm is named."""
    named = {
        algorithm: headers[f"x-amz-checksum-{algorithm.lower()}"]
        for algorithm in LENGTHS
        if f"x-amz-checksum-{algorithm.lower()}" in headers
    }
    if len(named) > 1:
        raise Refusal(400, "InvalidRequest", "Expecting a single x-amz-checksum- header")
    trailer = headers.get("x-amz-trailer", "").lower().removeprefix("x-amz-checksum-")
    for name in (
        headers.get("x-amz-sdk-checksum-algorithm", ""),
        headers.get("x-amz-checksum-algorithm", ""),
        trailer,
    ):
        if name and name.upper() not in LENGTHS:
            message = "Checksum algorithm provided is unsupported."
            raise Refusal(400, "InvalidRequest", message)
        if name and not named:
            named[name.upper()] = ""
        if name and name.upper() not in named:
            message = "Value for x-amz-checksum-algorithm header is invalid."
            raise Refusal(400, "InvalidRequest", message)
    return named


def verify(algorithm: str, promised: str, digest: bytes) -> str:
    """The base64 checksum of bytes whose digest this is; raises Refusal where another was
    promised. An empty promise is kept by any bytes."""
    computed = base64.b64encode(digest).decode()
    if promised and decoded(promised) is None:
        message = f"Value for x-amz-checksum-{algorithm.lower()} header is invalid."
        raise Refusal(400, "InvalidRequest", message)
    if promised and decoded(promised) != digest:
        message = f"The {algorithm} you specified did not match the calculated checksum."
        raise Refusal(400, "BadDigest", message)
    return computed


def verify_md5(promised: str, digest: bytes) -> None:
    given = decoded(promised)
    if given is None or len(given) != 16:
        raise Refusal(400, "InvalidDigest", "The Content-MD5 you specified is not valid.")
    if given != digest:
        message = "The Content-MD5 you specified did not match what we received."
        raise Refusal(400, "BadDigest", message)


def decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
