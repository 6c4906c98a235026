"""Requests to the bucket as no browser and no SDK would send them, signed all the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from blog.storage.client import StorageError
from blog.storage.multipart import Multipart
from blog.storage.objects import Objects
from blog.storage.signing import Signing

if TYPE_CHECKING:
    from botocore.credentials import Credentials


class Probing(Signing, Objects, Multipart):
    """What the app does with the bucket, and what it never would."""

    def authorize(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes
    ) -> dict[str, str]:
        """The headers of a request that the app's key signs; the query is encoded already."""
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest

        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        S3SigV4Auth(self._credentials, "s3", self._settings.region).add_auth(request)
        return dict(request.headers.items())

    def presign_at(
        self, method: str, url: str, *, headers: Mapping[str, str], at: datetime, lifetime: int
    ) -> str:
        """The address of a request with just these headers, signed at that moment (in UTC), good
        for `lifetime` seconds from then."""
        from botocore.auth import SIGV4_TIMESTAMP, S3SigV4QueryAuth
        from botocore.awsrequest import AWSRequest

        class At(S3SigV4QueryAuth):
            """botocore signs for this moment only."""

            def add_auth(self, request: AWSRequest) -> None:
                request.context["timestamp"] = at.strftime(SIGV4_TIMESTAMP)
                self._modify_request_before_signing(request)  # type: ignore[attr-defined]
                text = self.string_to_sign(request, self.canonical_request(request))
                signature = self.signature(text, request)
                self._inject_signature_to_request(request, signature)  # type: ignore[attr-defined]

        request = AWSRequest(method=method, url=url, headers=dict(headers))
        At(self._credentials, "s3", self._settings.region, expires=lifetime).add_auth(request)
        return str(request.url)

    @property
    def _credentials(self) -> "Credentials":
        from botocore.credentials import Credentials

        settings = self._settings
        return Credentials(
            settings.access_key_id, settings.secret_access_key, settings.session_token or None
        )


def reason(error: StorageError) -> str:
    """`403 AccessDenied`, or the kind of fault where there was no answer: words that hold no
    address and no secret."""
    cause = error.__cause__
    answer = getattr(cause, "response", None)
    if not isinstance(answer, dict):
        return type(cause).__name__
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    code = str(answer["Error"].get("Code", ""))
    return f"{status}" if code in ("", str(status)) else f"{status} {code}"
