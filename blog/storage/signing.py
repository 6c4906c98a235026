"""What the browser sends its bytes to the bucket with: signed forms and addresses."""

from dataclasses import dataclass
from typing import Any

from blog.storage.checksums import to_base64
from blog.storage.client import Connection

UPLOAD_LIFETIME = 600  # seconds in which a signed upload may begin
PART_LIFETIME = 3600  # seconds; parts are signed some ahead, and a slow line takes long for each


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """What the browser sends a file with: `fields` of a form (POST) or `headers` (PUT)."""

    method: str
    url: str
    fields: dict[str, str] | None = None
    headers: dict[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        part = {"fields": self.fields} if self.fields is not None else {"headers": self.headers}
        return {"method": self.method, "url": self.url, **part}


class Signing(Connection):
    """Signs; nothing here asks the bucket. Sizes in bytes, `sha256` in hex."""

    def sign_upload(
        self,
        key: str,
        *,
        content_type: str,
        size: int,
        sha256: str,
        lifetime: int = UPLOAD_LIFETIME,
    ) -> SignedUpload:
        """Permission to store exactly these bytes under exactly this key, for `lifetime` seconds;
        a form may be signed for less than none, to see it refused."""
        if self._settings.upload_method == "put":
            return self._sign_put(key, content_type, size, sha256, lifetime)
        # Every field needs its condition, and boto3 adds none for `Fields`, but for a session
        # token: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        fields = {
            "Content-Type": content_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": to_base64(sha256),
            "success_action_status": "201",
        }
        signed = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields=dict(fields),
            Conditions=[
                *({name: value} for name, value in fields.items()),
                ["content-length-range", size, size],
            ],
            ExpiresIn=lifetime,
        )
        return SignedUpload("POST", signed["url"], fields=signed["fields"])

    def sign_part(
        self, key: str, multipart_id: str, number: int, *, size: int, sha256: str
    ) -> SignedUpload:
        """Permission to store exactly these bytes as this part of an upload, for an hour."""
        wanted: dict[str, Any] = {"UploadId": multipart_id, "PartNumber": number}
        headers = {}
        if not self._store.is_plain:
            wanted["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = to_base64(sha256)
        url = self._client.generate_presigned_url(
            "upload_part",
            Params={"Bucket": self._bucket, "Key": key, "ContentLength": size, **wanted},
            ExpiresIn=PART_LIFETIME,
        )
        return SignedUpload("PUT", url, headers=headers)

    def _sign_put(
        self, key: str, content_type: str, size: int, sha256: str, lifetime: int
    ) -> SignedUpload:
        wanted: dict[str, Any] = {"ContentType": content_type}
        headers = {"Content-Type": content_type}
        if not self._store.is_plain:
            wanted["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = to_base64(sha256)
            wanted["IfNoneMatch"] = headers["If-None-Match"] = "*"
        url = self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": key, "ContentLength": size, **wanted},
            ExpiresIn=lifetime,
        )
        return SignedUpload("PUT", url, headers=headers)
