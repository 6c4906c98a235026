"""The blog's own addresses, and those it sends browsers to: as browsers write them, or refused."""

import pytest

from blog.config import ConfigurationError, Settings
from tests.test_config import PRODUCTION


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Blog.Example.com", "https://blog.example.com"),
        ("HTTPS://blog.example.com:443/", "https://blog.example.com"),
        ("http://LocalHost:80", "http://localhost"),
        ("https://blog.example.com:8443", "https://blog.example.com:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
@pytest.mark.parametrize("variables", [{}, PRODUCTION], ids=["development", "production"])
def test_the_blogs_address_is_as_browsers_write_it(
    variables: dict[str, str], given: str, origin: str
) -> None:
    assert Settings.from_environment({**variables, "SITE_URL": given}).site_url == origin


@pytest.mark.parametrize("variables", [{}, PRODUCTION], ids=["development", "production"])
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SITE_URL", "https://example.com/blog", "SITE_URL is an origin, without a path"),
        ("SITE_URL", "https://example.com:99999", "SITE_URL is no address: a port is 65535 at"),
        ("SITE_URL", "https://example.com:0", "SITE_URL is no address: a port is 1 at least"),
        ("SITE_URL", "https://[::1::2]", "no IPv6 address"),
        ("MEDIA_URL", "https://example.com:99999/media", "MEDIA_URL is no address"),
        ("S3_ENDPOINT_URL", "http://127.0.0.1:70000", "S3_ENDPOINT_URL is no address"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_everywhere(
    variables: dict[str, str], name: str, value: str, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Settings.from_environment({**variables, name: value})


@pytest.mark.parametrize("name", ["MEDIA_URL", "S3_ENDPOINT_URL", "SITE_URL"])
@pytest.mark.parametrize(
    "end",
    ["; script-src *", "/a,b", " *", "/'x'", '/"', "/?query", "/#fragment", "/a\nb", "/?", "/\\"],
)
def test_an_address_that_would_change_the_policy_is_refused(name: str, end: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is a plain address"):
        Settings.from_environment({**PRODUCTION, name: f"https://cdn.example.com{end}"})


def test_an_address_carries_no_password() -> None:
    with pytest.raises(ConfigurationError) as raised:
        Settings.from_environment({**PRODUCTION, "MEDIA_URL": "https://ada:word@cdn.example.com"})

    assert "MEDIA_URL is a plain address, without a user" in str(raised.value)
    assert "word" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["https://cdn.example.com/media", "http://[::1]:9000", "https://xn--bcher-kva.example"]
)
def test_plain_addresses_are_taken(url: str) -> None:
    assert Settings.from_environment({**PRODUCTION, "MEDIA_URL": url}).media_url == url


def test_the_blog_knows_its_own_names() -> None:
    default = Settings.from_environment(PRODUCTION)
    more = {**PRODUCTION, "TRUSTED_HOSTS": "WWW.example.com, 10.0.0.7,[2001:DB8::1],"}

    assert default.hosts == {"blog.example.com"}
    assert Settings.from_environment(more).hosts == {
        "blog.example.com",
        "www.example.com",
        "10.0.0.7",
        "2001:db8::1",
    }
    assert Settings.from_environment({}).hosts == {"127.0.0.1", "localhost", "::1"}


STORE = "https://s3.example.com"


@pytest.mark.parametrize(
    ("bucket", "endpoint_url", "expected"),
    [
        ("a.b", "", "https://s3.eu-central-1.amazonaws.com/a.b"),
        ("a.b", STORE, f"{STORE}/a.b"),
        ("ab", "http://10.0.0.7:9000", "http://10.0.0.7:9000/ab"),
        ("ab", "http://[::1]:9000", "http://[::1]:9000/ab"),
    ],
)
def test_a_name_that_cannot_stand_before_the_stores_comes_after_it(
    bucket: str, endpoint_url: str, expected: str
) -> None:
    """Where boto3 would send it in any case."""
    variables = {**PRODUCTION, "S3_BUCKET": bucket, "S3_ENDPOINT_URL": endpoint_url}

    assert Settings.from_environment(variables).bucket_url == expected
    with pytest.raises(ConfigurationError, match="S3_ADDRESSING_STYLE is path here, for no "):
        Settings.from_environment({**variables, "S3_ADDRESSING_STYLE": "virtual"})


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"S3_ENDPOINT_URL": "https://s3.example.com"}, "https://s3.example.com/blog-pictures"),
        (
            {"S3_ENDPOINT_URL": "https://s3.example.com", "S3_ADDRESSING_STYLE": "virtual"},
            "https://blog-pictures.s3.example.com",
        ),
        (
            {
                "S3_BUCKET": "a.b",
                "S3_ENDPOINT_URL": "http://s3.test",
                "S3_ADDRESSING_STYLE": "virtual",
            },
            "http://a.b.s3.test",
        ),
    ],
)
def test_other_stores_have_their_own_addresses(variables: dict[str, str], expected: str) -> None:
    settings = Settings.from_environment({**PRODUCTION, **variables})

    assert settings.bucket_url == expected
