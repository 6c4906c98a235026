"""`flask bucket setup` says whom it talks to, writes over nobody, and believes no store blindly."""

from collections.abc import Callable
from contextlib import closing

import pytest
from werkzeug import Response

from blog.bucket.applying import apply, unkept
from blog.bucket.check import QUICK, check_bucket
from blog.bucket.policies import app_policy
from blog.bucket.setup import CORS, changes, look
from blog.bucket.wanted import Wanted, cors_rule
from blog.config import LOCAL_BUCKET
from blog.local.errors import Refusal
from blog.local.operations import Answer
from blog.local.request import S3Request
from blog.local.server import BucketServer
from blog.local.users import User
from blog.storage.administration import Administration
from tests.bucket.commands import NAME, SITE, client_of, documents, run, said, settings_for
from tests.bucket.lesser import store_that
from tests.postgres import free_port
from tests.serving import serving

ANY_PAGE = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}


@pytest.mark.parametrize("variable", ["AWS_ACCESS_KEY_ID", "S3_SETUP_ACCESS_KEY_ID"])
def test_the_first_line_says_which_bucket_for_whom_and_with_whose_key(
    bucket: BucketServer, variable: str
) -> None:
    key = {
        "setup_access_key_id": LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        "setup_secret_access_key": LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
    }
    settings = settings_for(bucket.url, **(key if variable.startswith("S3") else {}))

    result = run(settings, "setup", "--dry-run", "--origin", "https://www.example.com")

    first, *_ = result.output.split("\n\n")
    assert " ".join(first.split()) == (
        f"{NAME} in us-east-1 ({bucket.url}/{NAME}), for pages of {SITE},"
        f" https://www.example.com, with the key in {variable}"
    )


def test_the_apps_own_key_is_said_to_be_meant_to_lack_this() -> None:
    with BucketServer(users=[User("AKIAAPP", "secret", app_policy(NAME))]) as server:
        run(settings_for(server.url), "setup", "--yes")
        key = {"access_key_id": "AKIAAPP", "secret_access_key": "secret"}

        result = run(settings_for(server.url, **key), "setup", "--yes")

    assert result.exit_code == 1
    assert "AWS_ACCESS_KEY_ID lacks the right s3:ListBucket. Where that is the app's own key" in (
        said(result)
    )
    assert "run this on your own machine, with credentials for setting up" in said(result)


def test_a_rule_that_somebody_adds_meanwhile_is_not_written_over(bucket: BucketServer) -> None:
    settings = settings_for(bucket.url)
    administration = Administration(settings)
    administration.create()
    needed = changes(look(administration), Wanted(bucket=NAME, origins=(SITE,)))
    with closing(client_of(settings)) as client:
        client.put_bucket_cors(Bucket=NAME, CORSConfiguration={"CORSRules": [ANY_PAGE]})

    steps = list(apply(administration, needed, settings))

    [failed] = [step for step in steps if step.outcome != "done"]
    assert (failed.part, failed.outcome) == (CORS, "failed")
    assert "Somebody changed it meanwhile" in failed.words
    assert documents(settings)["CORS"]["CORSRules"] == [ANY_PAGE]
    assert run(settings, "setup", "--yes").exit_code == 0
    assert documents(settings)["CORS"]["CORSRules"] == [cors_rule([SITE]), ANY_PAGE]


def forget(request: S3Request) -> Answer | Refusal | None:
    is_ours = (request.method, request.subresource) == ("PUT", "lifecycle")
    return Answer(200) if is_ours else None


def fall_over() -> Callable[[S3Request], Answer | Refusal | None]:
    """Everything goes well until the last part is put, and nothing after."""
    put: list[S3Request] = []

    def answers(request: S3Request) -> Refusal | None:
        failure = Refusal(400, "BadDigest", "Something broke.") if put else None
        if (request.method, request.subresource) == ("PUT", "lifecycle"):
            put.append(request)
        return failure

    return answers


@pytest.mark.parametrize(
    ("answers", "parts", "words"),
    [
        (forget, ["lifecycle"], "tells otherwise now"),
        (fall_over(), ["public access", "policy", "CORS", "lifecycle"], "cannot be asked now: "),
    ],
    ids=["forgets", "falls over"],
)
def test_what_the_store_does_not_keep_is_not_called_set(
    answers: Callable[[S3Request], Answer | Refusal | None], parts: list[str], words: str
) -> None:
    pauses: list[float] = []
    with store_that(answers) as server:
        settings = settings_for(server.url)
        administration = Administration(settings, pauses.append)
        administration.create()
        wanted = Wanted(bucket=NAME, origins=(SITE,))
        needed = changes(look(administration), wanted)
        steps = list(apply(administration, needed, settings))
        left = list(unkept(administration, steps, wanted))

    assert {step.outcome for step in steps} == {"done"}
    assert {step.outcome for step in left} == {"failed"}
    assert [step.part.name for step in left] == parts
    assert all(words in step.words for step in left)
    assert pauses == [1, 2, 4]


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
@pytest.mark.parametrize("status", [200, 404])
def test_what_is_no_store_is_not_set_up(status: int, option: str) -> None:
    page = Response("<html><body>Welcome!</body></html>", status, mimetype="text/html")
    with serving(page) as url:
        result = run(settings_for(url), "setup", option)

    assert result.exit_code == 1
    assert "no S3" in said(result)
    assert "will be created" not in said(result)
    assert "✓" not in said(result)


@pytest.mark.parametrize(
    "policy",
    [
        '"everybody"',
        "[]",
        '["Statement"]',
        "{}",
        '{"Statement": null}',
        '{"Statement": "everybody"}',
        '{"Statement": ["everybody"]}',
        '{"Statement": {"Effect": "Allow", "Principal": "*", "Condition": "never"}}',
        '{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"Null": "x"}}]}',
    ],
)
def test_a_policy_that_is_none_stops_it(policy: str) -> None:
    def answers(request: S3Request) -> Answer | None:
        is_policy = (request.method, request.subresource) == ("GET", "policy")
        return Answer(200, [], policy.encode()) if is_policy else None

    with store_that(answers) as server:
        settings = settings_for(server.url)
        Administration(settings).create()
        result = run(settings, "setup", "--yes")

    assert result.exit_code == 1
    assert "cannot be asked: s3:GetBucketPolicy: the answer is JSON, and no policy" in said(result)


def test_what_a_store_says_moves_no_cursor() -> None:
    def answers(request: S3Request) -> Refusal | None:
        is_cors = (request.method, request.subresource) == ("PUT", "cors")
        return Refusal(400, "Bad&#155;2J", "\u009b2J\u202eevil") if is_cors else None

    with store_that(answers) as server:
        result = run(settings_for(server.url), "setup", "--yes")

    assert result.exit_code == 1
    assert "\\x9b2J" in result.output
    assert not {"\x9b", "\u202e"} & set(result.output)


@pytest.mark.parametrize("name", ["Nope_Bad", "ab", "-abc", "a" * 64, "my..b", "10.0.0.1"])
def test_a_name_that_no_bucket_has_is_told_before_it_is_asked_for(name: str) -> None:
    result = run(settings_for("http://127.0.0.1:9", bucket=name), "setup", "--yes")

    assert result.exit_code == 2
    assert f"S3_BUCKET is {name!r}: a bucket's name has 3 to 63" in said(result)


def test_the_embedded_bucket_that_does_not_run_is_told_how_to_start() -> None:
    settings = settings_for(f"http://127.0.0.1:{free_port()}", is_bucket_embedded=True)

    result = run(settings, "setup", "--yes")

    assert result.exit_code == 1
    assert "Start “make run”, which serves the bucket for development, too" in said(result)


@pytest.mark.parametrize(
    "site_url", ["http://127.0.0.1:8450", "http://127.0.0.1", "http://localhost"]
)
def test_the_embedded_bucket_is_right_as_it_is(bucket: BucketServer, site_url: str) -> None:
    settings = settings_for(bucket.url, bucket=LOCAL_BUCKET["S3_BUCKET"], site_url=site_url)

    assert "Nothing to change." in said(run(settings, "setup"))
    results = {result.name: result for result in check_bucket(settings, QUICK)}
    assert results["uploads from SITE_URL"].outcome == "passed"


@pytest.mark.parametrize("site_url", [SITE, "https://localhost:8443", "http://[::1]:8000"])
def test_another_page_is_named_as_it_is(bucket: BucketServer, site_url: str) -> None:
    settings = settings_for(bucket.url, site_url=site_url)

    run(settings, "setup", "--yes")

    assert documents(settings)["CORS"]["CORSRules"] == [cors_rule([site_url])]


def test_with_rules_of_others_it_is_not_called_proven(bucket: BucketServer) -> None:
    settings = settings_for(bucket.url)
    quiet = run(settings, "setup", "--yes")
    with closing(client_of(settings)) as client:
        client.put_bucket_cors(Bucket=NAME, CORSConfiguration={"CORSRules": [ANY_PAGE]})

    warned = run(settings, "setup", "--yes")

    assert said(quiet).endswith("“flask bucket check”, run with the app's own key, proves it.")
    assert f"aws s3api delete-bucket-cors --bucket {NAME}" in said(warned)
    assert said(warned).endswith("tells whether it is safe with what is noted above.")
