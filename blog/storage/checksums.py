"""SHA-256 as the bucket writes it (base64) and as we do (hex)."""

import base64


def to_base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def sha256_from(checksum: str | None) -> str | None:
    """The hash of all bytes in hex, or None: that of an object in parts (`…-3`) is one of hashes.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """
    if not checksum or "-" in checksum:
        return None
    return base64.b64decode(checksum).hex()
