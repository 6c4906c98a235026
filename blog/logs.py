"""One line a record, as JSON for machines or as text: requests, faults and gunicorn's own.

What is never in a line: a query string, a cookie, a header, the token of a one-time link, a signed
URL. Nor the reader's address, which is personal data that the blog has no use for: the request id
leads to the line of the router or proxy, for who runs one that keeps it.
"""

import json
import logging
import re
import time
from datetime import UTC, datetime
from typing import Any, Literal

from flask import Flask, Response, g, has_request_context, request

from blog.config import Settings

LONGEST_PATH = 200  # characters
LONGEST_METHOD = 20

# Parts of addresses that let in whoever knows them, by their names in URL rules.
SECRET_PARTS = ("token",)

# What follows in the address of a one-time link, however it was spelled or cut.
_AFTER_WELCOME = re.compile(r"(welcome(?:[/\\ ]|%(?:25)*2f)).+", re.IGNORECASE)
_ANY_LONG_WORD = re.compile(r"[\w-]{40,}", re.ASCII)

# In text that was made elsewhere: the query of an address (no parameter of SQL), what opens the
# bucket or the database, and what is as long as a token (but the keys of the bucket's objects).
_SECRETS = {
    _AFTER_WELCOME: r"\1…",
    re.compile(r"\?[^\s,)]\S*"): "?…",
    re.compile(
        r"(x-amz-(?:signature|credential|security-token)['\"]?\s*[=:]\s*['\"]?)[^\s'\",&]+",
        re.IGNORECASE,
    ): r"\1…",
    re.compile(r"(://[^\s:/@]*:)\S+@"): r"\1…@",
    re.compile(r"(?<![\w-])(?![0-9a-f]{64}(?![\w-]))[\w-]{43,}", re.ASCII): "…",
}

log = logging.getLogger(__name__)

Format = Literal["json", "text"]


def init_app(app: Flask, settings: Settings) -> None:
    if not settings.log_format:
        return
    _configure(settings.log_format)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        """When the answer is made: how long its client takes to read it says nothing of the blog.

        (And nobody tells when a file is sent: Werkzeug hands it to the server as it is.)
        """
        milliseconds = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
        told = {
            "method": escaped(request.method)[:LONGEST_METHOD],
            "path": shown_path(),
            "status": response.status_code,
            "request_id": g.get("request_id", ""),
            "duration_ms": round(milliseconds, 1),
            "bytes": 0 if request.method == "HEAD" else response.content_length or 0,
        }
        log.info("%(method)s %(path)s %(status)d", told, extra={"fields": told})
        return response


def shown_path() -> str:
    """The path of this request without its secrets, in printable characters, and not for ever."""
    path = escaped(request.path)
    if request.url_rule is None:  # a one-time link with a slash too many is still one
        path = _ANY_LONG_WORD.sub("…", _AFTER_WELCOME.sub(r"\1…", path))
    for name in SECRET_PARTS:
        if value := (request.view_args or {}).get(name):
            path = path.replace(escaped(value), "…")
    return path if len(path) <= LONGEST_PATH else path[:LONGEST_PATH] + "…"


def escaped(text: str) -> str:
    """The text on one line, what cannot be printed as an escape: nobody forges a line of ours."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class JsonLines(logging.Formatter):
    """{"time": "2026-11-22T22:15:03.123Z", "level": "INFO", "logger": …, "message": …, …}"""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **_request_id(),
            **getattr(record, "fields", {}),
        }
        if exception := _exception(self, record):
            told["exception"] = without_secrets(exception)
        return json.dumps(told)


class TextLines(logging.Formatter):
    """2026-11-22T22:15:03.123Z INFO GET /posts/a 200 duration_ms=12.3 bytes=5120 request_id=…"""

    def format(self, record: logging.LogRecord) -> str:
        fields = _request_id() | getattr(record, "fields", {})
        more = [f"{name}={value}" for name, value in fields.items() if name not in _IN_MESSAGE]
        if exception := _exception(self, record):
            more.append(without_secrets(exception))
        return escaped(" ".join([_time(record), record.levelname, _message(record), *more]))


_IN_MESSAGE = ("method", "path", "status")

FORMATTERS: dict[Format, type[logging.Formatter]] = {"json": JsonLines, "text": TextLines}


def without_secrets(text: str) -> str:
    """The text without queries and tokens, whoever wrote it: gunicorn tells addresses as asked."""
    for secret, shown in _SECRETS.items():
        text = secret.sub(shown, text)
    return text


def _configure(log_format: Format) -> None:
    """Standard error, for what commands print is theirs; libraries tell warnings only."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(handler)
    handler = _Handler()
    handler.setFormatter(FORMATTERS[log_format]())
    root.addHandler(handler)
    logging.getLogger("blog").setLevel(logging.INFO)


class _Handler(logging.StreamHandler):  # type: ignore[type-arg]
    """The one that is ours; a second application of the same process takes its place."""


def _time(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    return message if hasattr(record, "fields") else without_secrets(message)


def _request_id() -> dict[str, str]:
    """Of the request that is answered right now, if one is."""
    number = g.get("request_id", "") if has_request_context() else ""
    return {"request_id": number} if number else {}


def _exception(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    parts = [formatter.formatException(record.exc_info)] if record.exc_info else []
    if record.stack_info:
        parts.append(formatter.formatStack(record.stack_info))
    return "\n".join(parts)
