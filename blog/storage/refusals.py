"""What a store answers to who changes a bucket's settings, in our words.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from blog.storage.client import StorageError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

# What a store says of a part of S3 that it does not have. The last two are those of stores that
# take `PUT /bucket?policy` for the creation of a bucket that is there already.
LACKING = (
    *("NotImplemented", "MethodNotAllowed", "UnsupportedOperation", "NotSupported", "501", "405"),
    *("BucketAlreadyOwnedByYou", "BucketAlreadyExists"),
)
REFUSED_KEYS = (
    *("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"),
    *("RequestTimeTooSkewed", "TokenRefreshRequired", "InvalidClientTokenId"),
)
UNSET = (
    *("OwnershipControlsNotFoundError", "NoSuchPublicAccessBlockConfiguration"),
    *("NoSuchBucketPolicy", "NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration"),
)


class BucketMissing(StorageError):
    """There is no bucket of this name."""


class NameTaken(StorageError):
    """A bucket of this name belongs to somebody else."""


class NotSet(StorageError):
    """The bucket has nothing of the kind."""


class NotSupported(StorageError):
    """The store has no such thing."""


class NotAllowed(StorageError):
    """The key lacks the right to do this: `action` is its name in IAM."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(message)
        self.action = action


class PublicPolicyBlocked(StorageError):
    """Block Public Access, the bucket's or one above it, refuses a policy that is public."""


class KeyRefused(StorageError):
    """The store does not know the key, or refuses its signature; `code` is the store's word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def asking(action: str, *, bucket: str, is_aws: bool) -> Iterator[None]:
    """Errors of the block in our words; `action` is the right in IAM that it takes."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        raise _translated(error, action, bucket, is_aws) from error
    except BotoCoreError as error:
        raise StorageError(str(error)) from error
    except (ParseError, ResponseParserError, RuntimeError) as error:  # see client.our_errors
        raise StorageError(f"{action}: an answer that no S3 gives") from error
    except (LookupError, ValueError) as error:
        # An answer, but to another question: the store did not know the parameter.
        raise NotSupported(f"{action}: the store answers something else") from error


def _translated(error: "ClientError", action: str, bucket: str, is_aws: bool) -> StorageError:
    code = error.response["Error"].get("Code", "")
    message = error.response["Error"].get("Message", "")
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if code in REFUSED_KEYS:
        return KeyRefused(code, message)
    if code in UNSET:
        return NotSet(action)
    if code == "BucketAlreadyExists" and action == "s3:CreateBucket":
        return NameTaken(message)
    # AWS has all of it, and says 405 to who sets a policy from an account that is not the owner's.
    is_unknown = code in LACKING or (status == 400 and action.startswith("s3:Get"))
    if status == 501 or (is_unknown and not is_aws):
        return NotSupported(f"{action}: {code} {message}")
    if status == 404 and code in ("404", "") and error.operation_name != "HeadBucket":
        return StorageError(f"{action}: an answer that no S3 gives")
    if code == "NoSuchBucket" or (status == 404 and action == "s3:ListBucket"):
        return BucketMissing(bucket)
    if status in (403, 405) and "BlockPublicPolicy" in message:
        return PublicPolicyBlocked(message)
    # A HEAD has no body: its 400 may be a key that expired, as well as its 403.
    if status in (403, 405) or code == "400":
        return NotAllowed(action, message)
    return StorageError(f"{action}: {code} {message}")
