"""deploy/nginx.conf: TLS, static files, what passes to the app, and what is refused before it."""

import re
import socket

import pytest
import requests

from tests import photos
from tests.deploy.conftest import Installation
from tests.deploy.nginx import Nginx
from tests.remote import RemoteAuthor

KEPT_FOR_EVER = "public, max-age=31536000, immutable"

# Headers that make a difference to what a browser does with a static file.
TELLING = (
    "Content-Type",
    "Cache-Control",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Strict-Transport-Security",
)


def test_plain_http_leads_to_https(nginx: Nginx) -> None:
    answer = requests.get(
        f"http://127.0.0.1:{nginx.http_port}/posts/a?b=c",
        headers={"Host": "evil.example"},
        allow_redirects=False,
        timeout=10,
    )

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{nginx.url}/posts/a?b=c"


def test_the_question_of_a_certificate_authority_is_answered_without_tls(nginx: Nginx) -> None:
    place = nginx.folder / "html" / ".well-known" / "acme-challenge"
    place.mkdir(parents=True)
    (place / "token").write_text("proof")

    answer = requests.get(
        f"http://127.0.0.1:{nginx.http_port}/.well-known/acme-challenge/token", timeout=10
    )

    assert answer.text == "proof"


def test_it_speaks_http_2_and_tls_1_2_at_least(nginx: Nginx) -> None:
    context = nginx.tls()
    context.set_alpn_protocols(["h2", "http/1.1"])

    with (
        socket.create_connection(("127.0.0.1", nginx.https_port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"
        assert connection.version() == "TLSv1.3"


def test_another_name_meets_nobody(nginx: Nginx) -> None:
    address = f"https://127.0.0.1:{nginx.https_port}/"

    with pytest.raises(requests.exceptions.SSLError, match=r"(?i)unrecognized.name"):
        requests.get(address, verify=nginx.authority, timeout=10)
    misdirected = nginx.get("/", Host="evil.example")

    assert misdirected.status_code == 421


def test_pages_say_that_this_is_https(nginx: Nginx) -> None:
    answer = nginx.get("/")

    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"]
    assert "Set-Cookie" not in answer.headers


def test_text_is_compressed_where_nothing_secret_stands_in_it(
    nginx: Nginx, author: RemoteAuthor
) -> None:
    author.publish("Much to say", "words " * 500)
    page = nginx.get("/posts/much-to-say")
    style = nginx.get("/static/css/base/base.css")
    plain = nginx.get("/posts/much-to-say", **{"Accept-Encoding": "identity"})
    admin = author.session.get(f"{nginx.url}/admin/posts/", timeout=10)

    assert page.headers["Content-Encoding"] == "gzip"
    for answer in (page, style):
        assert answer.headers.get("Vary") == "Accept-Encoding", answer.headers
    assert style.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.text == page.text
    assert "Content-Encoding" not in admin.headers


def static_addresses(author: RemoteAuthor) -> list[str]:
    """Versioned styles and scripts as pages name them, codecs, and some without a version."""
    page = author.get("/admin/posts/new")
    named = re.findall(r'"(/static/[^"]+)"', page)
    scripts = next(re.match(r"/static/v/[^/]+/", a)[0] for a in named if "/static/v/" in a)  # type: ignore[index]
    return [
        *dict.fromkeys(named),
        f"{scripts}vendor/pica/pica.min.mjs",
        f"{scripts}vendor/jsquash-webp/webp_enc_simd.wasm",
        f"{scripts}js/nothing.js",
        "/static/v/000000000000/js/editor.js",
        "/static/css/base/base.css",
        "/static/css/base/base.css?v=000000000000",
        "/static/icon.svg",
        "/static/nothing.css",
    ]


def test_static_files_are_as_the_app_gives_them(
    installation: Installation, author: RemoteAuthor
) -> None:
    nginx, application = installation.nginx, installation.application
    kinds = set()

    for address in static_addresses(author):
        behind = requests.get(
            f"{application.url}{address}",
            headers={"Host": "localhost", "X-Forwarded-Proto": "https"},
            timeout=10,
        )
        for answer in (nginx.get(address), nginx.get(address)):
            assert answer.status_code == behind.status_code, address
            assert answer.content == behind.content, address
            for name in TELLING:
                assert answer.headers.get(name) == behind.headers.get(name), (address, name)
            is_kept = behind.headers.get("Cache-Control") == KEPT_FOR_EVER
        assert (answer.headers["X-Cache-Status"] == "HIT") == is_kept, address
        kinds.add((behind.status_code, behind.headers["Content-Type"], is_kept))

    assert {(200, "application/wasm", True), (200, "text/javascript; charset=utf-8", True)} < kinds
    assert {(200, "text/css; charset=utf-8", True), (200, "text/css; charset=utf-8", False)} < kinds


def test_an_unchanged_file_is_not_sent_again(nginx: Nginx, author: RemoteAuthor) -> None:
    address = next(a for a in static_addresses(author) if a.endswith(".wasm"))
    whole = nginx.get(address)

    unchanged = nginx.get(address, **{"If-None-Match": whole.headers["ETag"]})

    assert (unchanged.status_code, unchanged.headers["X-Cache-Status"]) == (304, "HIT")


def test_a_picture_is_announced_and_confirmed_through_it(
    nginx: Nginx, author: RemoteAuthor
) -> None:
    picture = author.upload(photos.jpeg())
    author.publish("A gull", f"![A gull]({picture['reference']})")

    assert f'src="{picture["url"]}"' in nginx.get("/posts/a-gull").text


def test_what_is_too_large_is_refused_in_words(nginx: Nginx, author: RemoteAuthor) -> None:
    answer = author.session.post(
        f"{nginx.url}/admin/posts/new", data={"body": "x" * (17 * 1024 * 1024)}, timeout=20
    )

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "text/html"
    assert "your text is still there" in answer.text


def test_a_text_as_large_as_the_app_takes_gets_through(nginx: Nginx, author: RemoteAuthor) -> None:
    answer = author.session.post(
        f"{nginx.url}/admin/posts/new", data={"body": "x" * (15 * 1024 * 1024)}, timeout=20
    )

    assert answer.status_code == 422  # by the app: it lacks a title


def test_neither_one_time_links_nor_questions_are_logged(nginx: Nginx) -> None:
    for path in ("/admin/welcome/", "/admin/welcome%2F", "//admin//Welcome/", "/welcome/"):
        nginx.get(f"{path}a-secret-of-one-time")
    asked = nginx.get("/?q=what-somebody-looks-for").headers["X-Request-ID"]

    nginx.log(until='"GET /admin/welcome/-" 410')
    for said in (nginx.log(until=asked), (nginx.folder / "error.log").read_text()):
        assert "a-secret-of-one-time" not in said
        assert "what-somebody-looks-for" not in said


def test_every_answer_has_a_number_of_its_own(nginx: Nginx) -> None:
    answers = [nginx.get("/", **{"X-Request-ID": "mine"}) for _ in range(3)]

    numbers = [answer.headers["X-Request-ID"] for answer in answers]
    assert len(set(numbers)) == 3
    assert "mine" not in numbers
    for number in numbers:
        assert number in nginx.log(until=number)
