"""Exceptions to answers: pages for people, JSON for scripts, and a request id for the log."""

import re
import uuid
from typing import Any

from flask import Flask, Response, abort, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from blog.logs import shown_path

_REQUEST_ID = re.compile(r"[\w-]{1,100}", re.ASCII)

# A refused body is read to its end up to here, or the browser would see a broken connection
# instead of the answer.
_MOST_DRAINED = 64 * 1024 * 1024

TITLES = {
    400: "That did not arrive as it should",
    401: "You were signed out",
    403: "Not allowed",
    404: "Nothing is here",
    405: "That does not work here",
    410: "This is gone",
    413: "That is too much at once",
    500: "Something went wrong here",
    503: "Not available for a moment",
}
MESSAGES = {
    404: "There is no page at this address. It may have moved, or never have been.",
    413: "What you sent is larger than this blog takes in one piece (16 MB). "
    "Go back: your text is still there. Shorten it, or split it into two posts.",
    500: "This was our fault, and it was written down.",
}


class Blog(Flask):
    """Flask, but a fault is logged with the request's id, which the page tells."""

    def log_exception(self, exc_info: Any) -> None:
        where = f"{request.method} {shown_path()}"
        number = g.get("request_id", "")
        self.logger.error("Fault in %s, request %s", where, number, exc_info=exc_info)


def init_app(app: Flask) -> None:
    app.before_request(_name_request)
    app.before_request(_refuse_unprintable_path)
    app.after_request(_tell_request_id)
    app.after_request(_redirect_within_the_site)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(CSRFError, answer_csrf)


def answer(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestEntityTooLarge):
        _drain()
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    message = error.description or ""
    if error.description == type(error).description:  # nobody said anything more to the point
        message = MESSAGES.get(status, message)
    if _wants_json():
        body: Response | str = jsonify(error=message, request_id=g.request_id)
    else:
        title = TITLES.get(status, error.name)
        body = render_template(
            "error.html",
            code=status,
            title=title,
            message=message,
            request_id=g.request_id if isinstance(error, InternalServerError) else None,
        )
    headers = [(k, v) for k, v in error.get_headers() if k in ("Allow", "Retry-After")]
    return body, status, headers


def answer_csrf(error: CSRFError) -> ResponseReturnValue:
    error.description = (
        "This page was opened before you signed in, or too long ago, so its form is not "
        "accepted any more. Go back, copy what you typed, load the page anew and send it again."
    )
    return answer(error)


def _wants_json() -> bool:
    """Whether a script asks: it sends JSON, or asks for it, or brings its token in a header."""
    asks_for_json = request.accept_mimetypes.best == "application/json"
    return request.is_json or asks_for_json or "X-CSRFToken" in request.headers


def _drain() -> None:
    is_chunked = request.content_length is None and request.environ.get("wsgi.input_terminated")
    left = _MOST_DRAINED if is_chunked else min(request.content_length or 0, _MOST_DRAINED)
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(left, 64 * 1024))):
        left -= len(chunk)


def _name_request() -> None:
    """Takes the router's request id where it looks like one, else makes one."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _refuse_unprintable_path() -> None:
    """No page of ours has a control character in its address; Postgres would not take a NUL."""
    if not request.path.isprintable():
        abort(404)


def _redirect_within_the_site(response: Response) -> Response:
    """The router's own redirects (a missing slash) name the Host header, which anybody can send."""
    location = response.headers.get("Location", "")
    if response.status_code == 308 and location.startswith(request.host_url):
        response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
    return response


def _tell_request_id(response: Response) -> Response:
    response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
    return response
