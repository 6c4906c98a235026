"""deploy/nginx.conf: clients that are slow, that hurry, or that pretend to be another."""

import re
import socket
import sqlite3
import ssl
from contextlib import ExitStack

import requests

from blog.config import THREADS_PER_WORKER
from tests.deploy.conftest import Installation, visitor
from tests.deploy.nginx import Nginx
from tests.remote import RemoteAuthor

FORGED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Real-IP": "203.0.113.7",
    "Forwarded": "for=203.0.113.7;host=evil.example;proto=http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "81",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Proto": "http",
    "SCRIPT_NAME": "/evil",
    "Script-Name": "/evil",
}


def test_a_forged_address_counts_for_nothing(installation: Installation) -> None:
    with visitor(installation.nginx) as author:
        author.session.headers.update(FORGED)
        page = author.get("/admin/sign-in")
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
        assert token
        fields = {"csrf_token": token[1], "email": "ada@example.com", "password": "a wrong one"}
        refused = author.session.post(
            f"{installation.nginx.url}/admin/sign-in", data=fields, timeout=10
        )

    with sqlite3.connect(installation.database) as database:
        addresses = {row[0] for row in database.execute("SELECT address FROM sign_in_attempts")}
    database.close()
    assert refused.status_code == 422
    assert addresses == {"127.0.0.1"}


def test_forged_headers_change_no_page(nginx: Nginx, author: RemoteAuthor) -> None:
    author.publish("Plain", "text")

    for path in ("/posts/plain", "/feed.xml", "/sitemap.xml", "/page/1", "/admin", "/admin/posts/"):
        plain, forged = nginx.get(path), nginx.get(f"{path}?again", **FORGED)

        assert forged.status_code == plain.status_code
        assert "evil" not in f"{forged.headers} {forged.text}"
        assert forged.headers.get("Location", "").removesuffix("?again") in (
            plain.headers.get("Location", ""),
            "/admin/sign-in?next=/admin/posts/",
        )


def test_slow_clients_hold_no_worker(installation: Installation) -> None:
    """Each sends half of a text, and there are many more of them than threads of both workers."""
    nginx = installation.nginx
    cookies = "; ".join(f"{c.name}={c.value}" for c in installation.author.session.cookies)
    body = b"title=Slow&body=" + b"x" * 100
    head = (
        "POST /admin/posts/preview HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: {cookies}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    half = head.encode() + body[:50]

    with ExitStack() as stack:
        slow = [stack.enter_context(connected(nginx)) for _ in range(10 * THREADS_PER_WORKER)]
        for connection in slow:
            connection.sendall(half)
        quick = nginx.get("/admin/sign-in")
        slow[0].sendall(body[50:])
        answer = slow[0].recv(100)

    assert quick.ok
    assert answer.startswith(b"HTTP/1.1 400")  # by the guard against forgery, which reads it all


def connected(nginx: Nginx) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", nginx.https_port), timeout=20)
    return nginx.tls().wrap_socket(plain, server_hostname="localhost")


def test_who_tries_many_passwords_a_second_is_stopped_before_the_app(nginx: Nginx) -> None:
    with visitor(nginx) as hurried:
        answers: list[requests.Response] = []
        while not answers or answers[-1].status_code != 429:
            assert len(answers) < 100, "nobody stops it"
            answers.append(hurried.session.post(f"{nginx.url}/admin/sign-in", timeout=10))
        page = hurried.get("/admin/sign-in")

    *passed, refused = answers
    assert len(passed) >= 10
    assert {answer.status_code for answer in passed} == {400}  # by the app: no token
    assert "Wait a minute" in refused.text
    assert refused.headers["Retry-After"] == "60"
    assert "Sign in" in page
