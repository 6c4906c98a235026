"""`flask bucket check` on a bucket that is right: all green, nothing left, nothing told."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from blog.bucket.check import check_bucket
from blog.bucket.policies import app_policy
from blog.bucket.wanted import hotlink_protection, public_read
from blog.cli.bucket_check import check
from blog.config import Settings
from blog.local.server import User
from tests.bucket import lenient
from tests.bucket.sabotage import BUCKET, SECRET, SITE_URL, RightBucket, failures, right_bucket


@pytest.fixture
def bucket() -> Iterator[RightBucket]:
    with right_bucket() as bucket:
        yield bucket


type MakeApp = Callable[[Settings], Flask]


@pytest.mark.parametrize("method", ["post", "put"])
def test_right_bucket_is_all_green(bucket: RightBucket, method: str) -> None:
    results = bucket.check(upload_method=method)

    assert {result.outcome for result in results.values()} == {"passed"}
    assert bucket.keys() == []


def test_hotlink_protection_for_another_site_is_named(bucket: RightBucket) -> None:
    elsewhere = hotlink_protection(BUCKET, ["https://old.example.com"])
    bucket.set_policy([public_read(BUCKET), elsewhere])

    results = bucket.check()

    assert failures(results) == {"readers"}
    assert f"on pages of {SITE_URL}" in results["readers"].happened
    assert "--hotlink-protection for another one" in results["readers"].cause


def test_readers_who_tell_no_referer_may_read(bucket: RightBucket) -> None:
    of_our_pages = {"StringLike": {"aws:Referer": f"{SITE_URL}/*"}}
    bucket.set_policy([{**public_read(BUCKET), "Condition": of_our_pages}])

    results = bucket.check()

    assert failures(results) == {"readers"}
    assert results["readers"].happened == "only with a Referer"


def test_hotlink_protection_is_no_fault(bucket: RightBucket) -> None:
    bucket.set_policy([public_read(BUCKET), hotlink_protection(BUCKET, [SITE_URL])])

    assert not failures(bucket.check())


def test_table(bucket: RightBucket, make_app: MakeApp) -> None:
    said = make_app(bucket.settings()).test_cli_runner().invoke(check)

    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[0] == f"{bucket.server.url}/{BUCKET}, for pages of {SITE_URL}"
    assert re.match(r"✓ clock +within 5 minutes of the bucket's +\d+ s apart", lines[3])
    assert re.fullmatch(r"\d+ passed\.", lines[-1])


def test_table_of_a_fault(bucket: RightBucket, make_app: MakeApp) -> None:
    bucket.owner.delete_bucket_cors(Bucket=BUCKET)

    said = make_app(bucket.settings()).test_cli_runner().invoke(check)

    assert said.exit_code == 1
    found = re.search(
        r"\n✗ uploads from SITE_URL .*\n    (No CORS.*)\n  → (On your .*)", said.output
    )
    assert found, said.output
    assert "– answers to SITE_URL" in said.output
    assert said.output.splitlines()[-1].endswith(
        "passed, 1 failed (uploads from SITE_URL), 1 skipped."
    )


def test_json(bucket: RightBucket, make_app: MakeApp) -> None:
    bucket.owner.delete_bucket_cors(Bucket=BUCKET)

    said = make_app(bucket.settings()).test_cli_runner().invoke(check, ["--json"])

    assert said.exit_code == 1
    document = json.loads(said.output)
    checks = {line["name"]: line for line in document.pop("checks")}
    assert document == {
        "bucket": BUCKET,
        "endpoint": f"{bucket.server.url}/{BUCKET}",
        "site_url": SITE_URL,
        "ok": False,
        "failed": 1,
    }
    fields = {"name", "outcome", "expected", "happened", "cause", "fix"}
    assert all(set(line) == fields for line in checks.values())
    assert checks["uploads from SITE_URL"]["outcome"] == "failed"


@pytest.mark.parametrize("fault", [{}, {"secret_access_key": "another secret"}])
def test_no_secret_is_told(bucket: RightBucket, make_app: MakeApp, fault: dict[str, Any]) -> None:
    settings = bucket.settings(**fault)
    bucket.owner.delete_bucket_policy(Bucket=BUCKET)

    said = make_app(settings).test_cli_runner().invoke(check)

    assert said.exit_code == 1
    for secret in (SECRET, settings.secret_access_key, settings.access_key_id, "Signature="):
        assert secret not in said.output


def test_temporary_credentials() -> None:
    user = User("TEMPORARY", SECRET, app_policy(BUCKET), "its token")
    with right_bucket(users=[user]) as bucket:
        results = bucket.check(access_key_id="TEMPORARY", session_token="its token")

    assert {result.outcome for result in results.values()} == {"passed"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_ends_it_finds_nothing_left(make_app: MakeApp, number: signal.Signals) -> None:
    """Two objects are there then, and an upload in parts whose name only the bucket knows."""
    interrupts = type("Ends", (lenient.Interrupts,), {"number": number})
    before = signal.getsignal(number)
    with right_bucket(lenient.store(interrupts)) as bucket:
        said = make_app(bucket.settings()).test_cli_runner().invoke(check)

        assert bucket.keys() == []
    assert signal.getsignal(number) is before
    assert said.exit_code == 1
    assert "✓ caching of what is read" in said.output
    assert "in parts: begun" not in said.output


def test_what_was_begun_twice_is_taken_away_twice() -> None:
    with right_bucket(lenient.store(lenient.LosesAnAnswer)) as bucket:
        results = bucket.check()

        assert bucket.keys() == []
    assert not failures(results)
    assert results["cleaned up"].outcome == "passed"


@pytest.mark.parametrize("after", ["an upload", "promotion", "in parts: a part"])
def test_interrupted_check_leaves_nothing(bucket: RightBucket, after: str) -> None:
    results = check_bucket(bucket.settings())

    assert any(result.name == after for result in results)
    assert bucket.keys() != []
    results.close()

    assert bucket.keys() == []
