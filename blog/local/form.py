"""A browser's upload form: its fields first, then the file, which goes to disk as it comes.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from blog.local import checksums
from blog.local.body import Incoming
from blog.local.disk import Content, Disk
from blog.local.errors import Refusal, invalid_argument

MAX_BEFORE_FILE = 20_480


@dataclass(frozen=True)
class Fields:
    """What stands before the file: field names lower-case, variables not yet expanded."""

    values: Mapping[str, str]
    filename: str

    def expanded(self) -> dict[str, str]:
        """S3 expands `${filename}` before it looks at the policy."""
        kept = ("policy", "x-amz-signature")
        return {
            name: value if name in kept else value.replace("${filename}", self.filename)
            for name, value in self.values.items()
        }


class Form:
    """Read `fields` first, decide, and then `receive` the file."""

    def __init__(self, incoming: Incoming, content_type: str) -> None:
        boundary = parse_options_header(content_type)[1].get("boundary", "")
        if not boundary:
            raise malformed()
        self.incoming = incoming
        self.decoder = MultipartDecoder(boundary.encode("latin-1"))

    def fields(self) -> Fields:
        values: dict[str, str] = {}
        while True:
            event = self.next_event(is_before_file=True)
            if isinstance(event, Epilogue):
                raise invalid_argument("POST requires exactly one file upload per request.")
            if isinstance(event, Field | File):
                name = (event.name or "").lower()
                if name == "file":
                    self.check_size_before_file()
                    filename = event.filename if isinstance(event, File) else ""
                    return Fields(values, filename.replace("\\", "/").rpartition("/")[2])
                if isinstance(event, File):
                    raise invalid_argument("POST requires exactly one file upload per request.")
                if name in values:
                    message = f"POST requires exactly one field named {event.name}."
                    raise invalid_argument(message, ArgumentName=name)
                values[name] = self.text()

    def text(self) -> str:
        parts = []
        while True:
            event = self.next_event(is_before_file=True)
            if isinstance(event, Data):
                parts.append(event.data)
                if not event.more_data:
                    break
        try:
            return b"".join(parts).decode()
        except UnicodeDecodeError:
            raise malformed() from None

    def receive(
        self, disk: Disk, promised: Mapping[str, str], smallest: int, largest: int
    ) -> Content:
        """The file on disk. `promised` names checksums by algorithm; sizes are in bytes, and
        inclusive. Raises Refusal where the file is not what was promised."""
        running = {algorithm: checksums.start(algorithm) for algorithm in promised}
        spool = disk.spool()
        try:
            while True:
                event = self.next_event(is_before_file=False)
                if not isinstance(event, Data):
                    raise malformed()
                spool.write(event.data)
                for checksum in running.values():
                    checksum.update(event.data)
                if spool.size > largest:
                    raise entity_too_large(spool.size, largest)
                if not event.more_data:
                    break
            if spool.size < smallest:
                raise entity_too_small(spool.size, smallest)
            # "Any fields below it are ignored", but the form must come to its end.
            while not isinstance(self.next_event(is_before_file=False), Epilogue):
                pass
            found = None
            for algorithm, value in promised.items():
                digest = running[algorithm].digest()
                found = (algorithm, checksums.verify(algorithm, value, digest))
            content = spool.finish()
        except (Refusal, OSError):
            spool.discard()
            raise
        return Content(content.path, content.size, content.md5, is_new=True, checksum=found)

    def next_event(self, *, is_before_file: bool) -> Event:
        try:
            while isinstance(event := self.decoder.next_event(), NeedData):
                if is_before_file:
                    self.check_size_before_file()
                chunk = self.incoming.read(8192 if is_before_file else 256 * 1024)
                self.decoder.receive_data(chunk or None)
        except (ValueError, AttributeError):
            raise malformed() from None
        return event

    def check_size_before_file(self) -> None:
        if self.incoming.received - len(self.decoder.buffer) > MAX_BEFORE_FILE:
            raise too_long_before_file()
        if len(self.decoder.buffer) > 2 * MAX_BEFORE_FILE:
            raise too_long_before_file()


def entity_too_large(size: int, largest: int) -> Refusal:
    message = "Your proposed upload exceeds the maximum allowed size"
    details = {"ProposedSize": str(size), "MaxSizeAllowed": str(largest)}
    return Refusal(400, "EntityTooLarge", message, details)


def entity_too_small(size: int, smallest: int) -> Refusal:
    message = "Your proposed upload is smaller than the minimum allowed size"
    details = {"ProposedSize": str(size), "MinSizeAllowed": str(smallest)}
    return Refusal(400, "EntityTooSmall", message, details)


def too_long_before_file() -> Refusal:
    message = "Your POST request fields preceding the upload file were too large."
    details = {"MaxPostPreDataLengthInBytes": str(MAX_BEFORE_FILE)}
    return Refusal(400, "MaxPostPreDataLengthExceeded", message, details)


def malformed() -> Refusal:
    message = "The body of your POST request is not well-formed multipart/form-data."
    return Refusal(400, "MalformedPOSTRequest", message)
