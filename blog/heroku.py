"""What Heroku tells an app of itself, in variables."""

from collections.abc import Callable, Mapping


def is_dyno(environ: Mapping[str, str]) -> bool:
    return "DYNO" in environ


def address_of(text: Callable[[str], str]) -> str:
    """Heroku's own address of this app, where it tells: with `runtime-dyno-metadata`, or in a
    review app, whose address is its name where the pipeline makes it predictable. `text` gives a
    variable's value, or nothing.

    https://devcenter.heroku.com/articles/dyno-metadata
    https://devcenter.heroku.com/articles/github-integration-review-apps
    """
    if domain := text("HEROKU_APP_DEFAULT_DOMAIN_NAME"):
        return f"https://{domain}"
    if text("HEROKU_PR_NUMBER") and (name := text("HEROKU_APP_NAME")):
        return f"https://{name}.herokuapp.com"
    return ""
