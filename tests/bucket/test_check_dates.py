"""Times as stores write them, also wrongly."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from blog.bucket.check.dates import read_date
from blog.local.server import BucketServer, RequestHandler
from tests.bucket import lenient
from tests.bucket.sabotage import failures, right_bucket

MOMENT = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
YESTERDAY = format_datetime(datetime.now(UTC) - timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, 22 Nov 2026 18:30:00 GMT", MOMENT),
        ("Sun, 22 Nov 2026 18:30:00 -0000", MOMENT),
        ("Sun, 22 Nov 2026 19:30:00 +0100", MOMENT),
        ("2026-11-22T18:30:00Z", MOMENT),
        ("2026-11-22T18:30:00", MOMENT),
        ("tomorrow", None),
        ("Sun, 99 Nov 2026 18:30:00 GMT", None),
        ("Sun, 22 Nov 99999999999 18:30:00 GMT", None),
        ("", None),
    ],
)
def test_date(text: str, moment: datetime | None) -> None:
    assert read_date(text) == moment


def dated(text: str) -> type[BucketServer]:
    """A store whose Date header is this."""

    class Store(BucketServer):
        def handler(self) -> type[RequestHandler]:
            told = {"date_time_string": lambda *_: text}
            return type("Handler", (super().handler(),), told)

    return Store


class Expires(lenient.Clerk):
    """Tells when what is stored under pending/ will be gone."""

    at = ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [pair for pair in given if pair[0].lower() != "x-amz-expiration"]
            if "/media/" not in environ["PATH_INFO"]:
                kept.append(("x-amz-expiration", f'expiry-date="{self.at}"'))
            return start_response(status, kept, *rest)

        return super().__call__(environ, start)


@pytest.mark.parametrize("text", ["Sun, 22 Nov 2020 18:30:00 -0000", "tomorrow"])
def test_odd_date_is_judged_or_left_out(text: str) -> None:
    with right_bucket(dated(text)) as bucket:
        results = bucket.check()

    assert results["clock"].outcome == ("skipped" if text == "tomorrow" else "failed")
    assert failures(results) <= {"clock"}


@pytest.mark.parametrize(
    ("expiry", "outcome"),
    [("some day", "skipped"), (YESTERDAY, "noted"), ("2999-01-01", "noted")],
    ids=["some day", "yesterday", "far away"],  # the workers of a test run compare them
)
def test_odd_expiry(expiry: str, outcome: str) -> None:
    told = type("Told", (Expires,), {"at": expiry})
    with right_bucket(lenient.store(told)) as bucket:
        results = bucket.check()

    assert not failures(results)
    assert results["pending/ expires"].outcome == outcome
