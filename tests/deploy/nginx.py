"""The real nginx with deploy/nginx.conf, in a folder and on ports of the test's own."""

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import trustme

from blog.config import ROOT
from tests.postgres import free_port
from tests.remote import RemoteAuthor
from tests.requirements import lacking

# As in Debian's nginx.conf, whose settings of the http context ours has to live beside.
MAIN = """
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    types {{ text/html html; }}
    default_type application/octet-stream;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    gzip on;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/signpost.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """Where it listens, and the certificate of who signed its own."""

    http_port: int
    https_port: int
    folder: Path
    authority: str

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https_port}"

    def log(self, until: str) -> str:
        """Its log of requests, once that stands in it: a line is written after the answer, and
        after the update in the background that the answer began."""
        for _ in range(100):
            lines = (self.folder / "signpost.log").read_text()
            if until in lines:
                return lines
            time.sleep(0.05)
        raise AssertionError(f"{until} is not in the log:\n{lines}")

    def get(self, path: str, **headers: str) -> requests.Response:
        """Over a connection of its own: on one that is kept, a background update would be waited
        for."""
        return requests.get(
            f"{self.url}{path}",
            headers=headers,
            verify=self.authority,
            allow_redirects=False,
            timeout=20,
        )

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)


def find_nginx() -> str:
    """The binary; Debian keeps it where only root's PATH leads."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        lacking("nginx")
    return found


@contextmanager
def running_nginx(
    folder: Path, *, https_port: int, application: str, changes: Mapping[str, str]
) -> Iterator[Nginx]:
    """deploy/nginx.conf before the application (its URL), as https://localhost:<https_port>, with
    the changes (what it says, and what to say instead)."""
    binary = find_nginx()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(folder / "chain.pem", append=True)
    nginx = Nginx(free_port(), https_port, folder, str(folder / "authority.pem"))

    (folder / "signpost.conf").write_text(site(nginx, application, changes))
    user = "user root;" if os.geteuid() == 0 else ""  # its workers read the test's folder
    (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder))
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [binary, "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"], stderr=said
        )
    try:
        _wait_for(nginx, process)
        yield nginx
    finally:
        process.terminate()
        process.wait(timeout=10)


def site(nginx: Nginx, application: str, changes: Mapping[str, str]) -> str:
    """The file as it stands, but for what an installation changes: names, ports, places."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = "".join(line for line in text.splitlines(keepends=True) if "listen [::]" not in line)
    certificates = "/etc/letsencrypt/live/blog.example.com"
    for theirs, ours in {
        "listen 80;": f"listen 127.0.0.1:{nginx.http_port};",
        "listen 443 ": f"listen 127.0.0.1:{nginx.https_port} ",
        "127.0.0.1:8001": f"127.0.0.1:{free_port()}",
        "127.0.0.1:8000": application.removeprefix("http://"),
        f"{certificates}/fullchain.pem": f"{nginx.folder}/chain.pem",
        f"{certificates}/privkey.pem": f"{nginx.folder}/key.pem",
        "/var/lib/nginx/": f"{nginx.folder}/",
        "/var/log/nginx/": f"{nginx.folder}/",
        "/var/www/html": f"{nginx.folder}/html",
        "https://blog.example.com": nginx.url,
        "blog.example.com": "localhost",
        **changes,
    }.items():
        assert theirs in text, f"deploy/nginx.conf says {theirs!r} no more"
        text = text.replace(theirs, ours)
    return text


def _wait_for(nginx: Nginx, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            requests.get(f"http://127.0.0.1:{nginx.http_port}/", allow_redirects=False, timeout=5)
            return
        except requests.ConnectionError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise AssertionError(f"nginx did not start:\n{(nginx.folder / 'said').read_text()}")


def status(answer: requests.Response) -> str:
    return answer.headers["X-Cache-Status"]


def eventually(ask: Callable[[], requests.Response], *, until: Callable[..., bool]) -> str:
    """Asks until the answer is as it should be, half a minute at most; its cache status."""
    for _ in range(150):
        answer = ask()
        if until(answer):
            return status(answer)
        time.sleep(0.2)
    raise AssertionError(f"{answer.status_code} {answer.headers}\n{answer.text}")


def delete(author: RemoteAuthor, title: str) -> None:
    editor = re.search(rf'href="(/admin/posts/\d+)"[^>]*>\s*{title}', author.get("/admin/posts/"))
    assert editor
    author.submit(f"{editor[1]}/deletion", {})
