"""A blog at the address that SITE_URL names, for the doctor to look at."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

import tests.serving
from blog.checks import Result
from blog.config import Settings
from blog.doctor import examine

GOOD_KEY = "k3oZ-bQ8vXw1mR7tLpYc5uNa2sGd9eHf4jIq6"


@contextmanager
def serving(
    application: Any, settings: Settings, context: ssl.SSLContext | None = None
) -> Iterator[None]:
    """The application at the address that SITE_URL names."""
    port = int(settings.site_url.rpartition(":")[2])
    with tests.serving.serving(application, port=port, context=context):
        yield


def doctor(app: Flask) -> dict[str, Result]:
    with app.app_context():
        return {result.name: result for result in examine(app.extensions["settings"])}
