"""The address under which this installation is asked, and the proxies before it."""

import json
from urllib.parse import urljoin, urlsplit

from blog.bucket.check.http import Answer, NoAnswer
from blog.checks import Finding, Stop, failed, noted, passed
from blog.doctor.installation import Installation, question


@question("SITE_URL", expected="leads to this blog")
def site_url(installation: Installation) -> Finding:
    url = installation.settings.site_url
    alive = _fetch(installation, f"{url}/healthz")
    if not _is_alive(alive):
        return _not_ours(installation, alive, f"{url}/healthz")
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


def _is_alive(answer: Answer) -> bool:
    try:
        return answer.status == 200 and json.loads(answer.body) == {"status": "alive"}
    except ValueError:
        return False


def _not_ours(installation: Installation, answer: Answer, asked: str) -> Finding:
    url = installation.settings.site_url
    target = urljoin(asked, answer.headers.get("Location", ""))
    if answer.status in (301, 302, 303, 307, 308) and target == asked:
        return failed(
            f"{answer.status} to itself",
            cause="The blog redirects to https what came by https: the proxy before it does not "
            "say so.",
            fix="Let the proxy set X-Forwarded-Proto to the scheme that it was asked by.",
        )
    if answer.status in (301, 302, 303, 307, 308):
        host = f"{urlsplit(target).scheme}://{urlsplit(target).netloc}"
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
    return passed(f"TRUSTED_PROXIES={settings.trusted_proxies}")
