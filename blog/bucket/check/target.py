"""The bucket under attack: what is sent to it, what came of it, and what has to be taken away."""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from urllib.parse import quote, urlencode, urlsplit

from blog.bucket.check.addresses import is_of_bucket
from blog.bucket.check.http import Answer, Http, NoAnswer, form
from blog.bucket.check.words import where_to_look
from blog.checks import Check, Finding, Stop, failed
from blog.config import LOCAL_BUCKET, Settings
from blog.origins import is_loopback
from blog.storage import UPLOAD_LIFETIME, SignedUpload, StorageError
from blog.storage.client import status_of
from blog.storage.probing import Probing, reason
from blog.storage.stores import EMBEDDED_SERVER, Store, store_at

CONTENT_TYPE = "image/webp"


class Target:
    """All objects that it makes are named `signpost-check-<random>` below pending/ and media/, but
    for the one that nobody should be able to write outside of them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Probing(settings)
        self.http = Http()
        self.name = f"signpost-check-{secrets.token_hex(8)}"
        self.referer = {"Referer": f"{settings.site_url}/"}  # as browsers send it from the blog
        self.content = f"Signpost checks this bucket: {self.name}\n".encode()
        self.pending_key = f"pending/{self.name}"
        self.media_key = f"media/{self.name}.webp"
        self.stored: set[str] = set()  # keys under which there may be something of ours
        self.multipart_ids: dict[str, str] = {}  # of uploads in parts that are open, to their keys
        self.is_beginning = False  # an upload in parts, whose id is not known yet
        self.has_begun = False  # it was asked to, more than once where no answer came
        # What of the bucket's settings may have been changed, and how to put it back: "" or what
        # is wrong now.
        self.undos: dict[str, Callable[[], str]] = {}
        self.keeps_versions = False
        self._count = 0

    @property
    def is_embedded(self) -> bool:
        """The bucket of `make run` and the tests, by what its server calls itself."""
        server = self.first.headers.get("Server", "")
        is_here = is_loopback(self.settings.endpoint_url or "")
        return is_here and server == EMBEDDED_SERVER

    @property
    def is_embedded_owner(self) -> bool:
        is_owner = self.settings.access_key_id == LOCAL_BUCKET["AWS_ACCESS_KEY_ID"]
        return is_owner and is_loopback(self.settings.endpoint_url or "")

    @property
    def is_aws(self) -> bool:
        return self.kind.is_aws

    @property
    def kind(self) -> Store:
        return store_at(self.settings.endpoint_url)

    @cached_property
    def has_policies(self) -> bool:
        """Whether the store can give a key less than a whole bucket."""
        if not self.kind.has_policies:
            return False
        answer = self.ask("GET", query={"policy": ""}, is_signed=True)
        return answer.status != 501 and answer.code != "NotImplemented"

    @property
    def is_direct(self) -> bool:
        """Whether readers get the pictures from the bucket itself, and not from a CDN."""
        return is_of_bucket(self.settings.media_url, self.settings)

    @property
    def media_host(self) -> str:
        return urlsplit(self.settings.media_url).netloc

    @cached_property
    def first(self) -> Answer:
        """What the bucket says to a stranger who knocks. It raises Stop, and so do the next two."""
        return self.ask("HEAD")

    @cached_property
    def listing(self) -> Answer:
        """What it says to the app's key: one question, whose refusal tells much."""
        query = {"list-type": "2", "max-keys": "1", "prefix": self.pending_key}
        return self.ask("GET", query=query, is_signed=True)

    @cached_property
    def upload(self) -> Answer:
        """A real upload, from a page of SITE_URL."""
        return self.send(self.sign(self.pending_key), self.content, key=self.pending_key)

    def new_key(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self.name}-{self._count}"

    def sign(self, key: str, *, lifetime: int = UPLOAD_LIFETIME) -> SignedUpload:
        """Permission to store our content, as the app gives it."""
        return self.sign_content(key, self.content, size=len(self.content), lifetime=lifetime)

    def sign_content(
        self, key: str, content: bytes, *, size: int, lifetime: int = UPLOAD_LIFETIME
    ) -> SignedUpload:
        sha256 = hashlib.sha256(content).hexdigest()
        return self.store.sign_upload(
            key, content_type=CONTENT_TYPE, size=size, sha256=sha256, lifetime=lifetime
        )

    def send(self, upload: SignedUpload, content: bytes, *, key: str) -> Answer:
        """As the browser sends it, from a page of SITE_URL; `key` is where it would arrive.

        Raises Stop where nobody answers, as `write` and `put_part` do.
        """
        headers = {"Origin": self.settings.site_url, **(upload.headers or {})}
        if upload.fields is not None:
            content, headers["Content-Type"] = form(upload.fields, content)
        return self.write(upload.method, upload.url, headers, content, key=key)

    def ask(
        self,
        method: str,
        key: str = "",
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        is_signed: bool = False,
        root: str | None = None,
    ) -> Answer:
        """One request to the bucket, or to another `root`; a stranger's unless it is signed.

        Raises Stop where nobody answers.
        """
        url = f"{root or self.settings.bucket_url}/{quote(key)}"
        if query is not None:
            url += f"?{urlencode(query, quote_via=quote)}"
        sent = dict(headers or {})
        if is_signed:
            sent = self.store.authorize(method, url, headers=sent, body=body)
        if method == "PUT" and not query:
            return self.write(method, url, sent, body, key=key)
        return self._request(method, url, sent, body)

    def through_media_url(self, path: str, method: str = "GET", body: bytes = b"") -> Answer:
        """As a browser asks that shows a page of the blog; `path` may have a query.

        Raises NoAnswer.
        """
        headers = {**self.referer, **({"Content-Type": CONTENT_TYPE} if body else {})}
        url = f"{self.settings.media_url}/{path}"
        return self.http.request(method, url, headers=headers, body=body or None)

    def write(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, key: str
    ) -> Answer:
        self.stored.add(key)
        answer = self._request(method, url, headers, body)
        # With a fault it may be there all the same.
        if answer.is_refusal:
            self.stored.discard(key)
        return answer

    def put_part(self, url: str, headers: Mapping[str, str]) -> Answer:
        """A part of an upload, whose key holds nothing before that is put together."""
        return self._request("PUT", url, headers, self.content)

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            answer = self.http.request(method, url, headers=headers, body=body or None)
        except NoAnswer as error:
            fix = where_to_look(self.settings, is_aws=self.is_aws)
            host = urlsplit(self.settings.bucket_url).netloc
            raise Stop(failed("no answer", cause=f"{host}: {error}.", fix=fix)) from None

        if self.kind.has_versions and answer.headers.get("x-amz-version-id", "null") != "null":
            self.keeps_versions = True
        return answer

    @contextmanager
    def asking(self, *, cause: str, fix: str) -> Iterator[None]:
        """Around what the app's own code asks of the bucket. A refusal becomes a failure: for want
        of a right with these words, else with others."""
        try:
            yield
        except StorageError as error:
            if status_of(error) not in (401, 403):
                cause = "The store did not do it, and not for want of a right."
                fix = "Look the code up in the store's documentation, and at its state."
            raise Stop(failed(reason(error), cause=cause, fix=fix)) from None

    def clean_up(self) -> list[str]:
        """Takes everything away again that may be there; returns what could not be."""
        left = [words for name in list(self.undos) if (words := self.undo(name))]
        if self.has_begun:
            left += self._find_begun()
        for multipart_id, key in list(self.multipart_ids.items()):
            if not self._take_away(key, {"uploadId": multipart_id}):
                left.append(f"an open upload of {key}")
            del self.multipart_ids[multipart_id]
        for key in sorted(self.stored):
            if not self._take_away(key, None):
                left.append(key)
        self.stored.clear()
        return left

    def undo(self, name: str) -> str:
        """Puts a setting back; returns nothing, or what is wrong now."""
        undo = self.undos.pop(name)
        try:
            words = undo()
        except Stop as stop:
            words = f"It could not be put back: {stop.finding.happened}."
        return words and f"The bucket's {name} may have been changed. {words}"

    def _find_begun(self) -> list[str]:
        """Interrupted just then, or begun anew after a fault, an upload is there of which only the
        bucket knows the id."""
        is_known = not self.is_beginning
        self.is_beginning = self.has_begun = False
        try:
            for upload in self.store.open_uploads(self.media_key):
                if upload.key == self.media_key:
                    self.multipart_ids[upload.multipart_id] = upload.key
        except StorageError:
            return [] if is_known else [f"perhaps an open upload of {self.media_key}"]
        return []

    def _take_away(self, key: str, query: Mapping[str, str] | None) -> bool:
        try:
            answer = self.ask("DELETE", key, query=query, is_signed=True)
        except Stop:
            return False
        return answer.is_success or answer.status == 404


type Attack = Check[Target]


def attack(
    name: str, *, expected: str, needs: tuple[Attack, ...] = ()
) -> Callable[[Callable[[Target], Finding]], Attack]:
    """Makes a check of a function that attacks the bucket."""
    return lambda look: Check(name, expected, look, needs)
