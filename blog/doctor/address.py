"""The address under which this installation is asked, and the proxies before it."""

import json
import secrets
from urllib.parse import urljoin, urlsplit

from blog.bucket.check.http import Answer, NoAnswer
from blog.checks import Finding, Stop, failed, noted, passed
from blog.doctor.installation import Installation, question
from blog.health import proof
from blog.origins import origin_of

MOST_PROXIES = 2  # a CDN, and the platform's router or nginx


@question("SITE_URL", expected="leads to this blog")
def site_url(installation: Installation) -> Finding:
    url = installation.settings.site_url
    nonce = secrets.token_hex(16)
    alive = _fetch(installation, f"{url}/healthz?proof={nonce}")
    said = _said(alive)
    if said.get("status") != "alive":
        return _not_ours(installation, alive, f"{url}/healthz")
    if said.get("proof") != proof(installation.settings.secret_key, nonce):
        return failed(
            "another Signpost",
            cause=f"The blog at {url} has another SECRET_KEY than this one, or is older.",
            fix="Set SITE_URL to the address of this blog, or let the name lead to it. Where it is "
            "this one, restart it: it runs with settings or code of before.",
        )
    home = _fetch(installation, f"{url}/")
    if home.status == 200:
        return passed(url)
    return _not_ours(installation, home, f"{url}/")


def _fetch(installation: Installation, url: str) -> Answer:
    try:
        return installation.http.request("GET", url)
    except NoAnswer as error:
        host = urlsplit(url).netloc
        if not installation.settings.is_deployed:
            hint = f"{host}: {error}. Perhaps the blog is not running."
            raise Stop(noted("no answer", cause=hint)) from None
        raise Stop(
            failed(
                "no answer",
                cause=f"{host}: {error}.",
                fix="Look whether the name leads to this server, whether the certificate is for "
                "it, and whether the blog runs. If the blog is at another address, set SITE_URL.",
            )
        ) from None


def _said(answer: Answer) -> dict[str, object]:
    """The document of an answer that is one, or nothing."""
    try:
        said = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _target(answer: Answer, asked: str) -> tuple[str, str]:
    """Where a redirect leads: the address without its query, and its origin; else nothing."""
    if answer.status not in (301, 302, 303, 307, 308):
        return "", ""
    try:
        target = urljoin(asked, answer.headers.get("Location", "")).partition("?")[0]
        return target, origin_of(target)
    except ValueError:
        return "", ""


def _not_ours(installation: Installation, answer: Answer, asked: str) -> Finding:
    url = installation.settings.site_url
    target, host = _target(answer, asked)
    if host and target == asked:
        return failed(
            f"{answer.status} to itself",
            cause="The blog redirects to https what came by https: the proxy before it does not "
            "say so.",
            fix="Let the proxy set X-Forwarded-Proto to the scheme that it was asked by.",
        )
    if host:
        return failed(
            f"{answer.status} to {host}",
            cause=f"{url} redirects to {host}, so addresses in feeds and pages are not the real "
            "ones, and uploads come from another origin than the bucket allows.",
            fix=f"Set SITE_URL={host}, and run “flask bucket setup”; or take the redirect away.",
        )
    if answer.status == 400:
        return failed(
            "400",
            cause="The blog is asked under a name that it does not know: the proxy before it "
            "passes another Host than the one it was asked for.",
            fix="Let the proxy pass the Host header, or list that name in TRUSTED_HOSTS.",
        )
    if answer.status >= 500:
        return failed(
            f"{answer.status}",
            cause="The blog, or the proxy before it, has a fault.",
            fix="Look into its log; the page names the request by an id that stands there, too.",
        )
    return failed(
        f"{answer.status}, not this blog",
        cause=f"Something else answers at {url}.",
        fix="Set SITE_URL to the address of this blog, or let the name lead to it.",
    )


@question("proxies", expected="TRUSTED_PROXIES fits SITE_URL")
def proxies(installation: Installation) -> Finding:
    settings = installation.settings
    if settings.is_deployed and settings.is_secure and settings.trusted_proxies == 0:
        return noted(
            "TRUSTED_PROXIES=0",
            cause="Readers come by https, which gunicorn does not speak here: something stands "
            "before it, and is taken for every visitor, which slows down everybody's sign-in "
            "where one person guesses passwords.",
            fix="Set TRUSTED_PROXIES to the number of proxies before the blog, 1 mostly.",
        )
    if settings.trusted_proxies > MOST_PROXIES:
        return noted(
            f"TRUSTED_PROXIES={settings.trusted_proxies}",
            cause="Few blogs stand behind so many. With one more than there are, visitors say "
            "themselves which address they have, and the limit of sign-in attempts counts that.",
            fix="Set TRUSTED_PROXIES to the number of proxies before the blog, 1 mostly.",
        )
    return passed(f"TRUSTED_PROXIES={settings.trusted_proxies}")
