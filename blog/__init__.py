"""Signpost, a blog: create_app() is where its parts meet."""

from datetime import timedelta

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from blog import cli, db, errors, health, logs, proxies, security, site, static_files, storage
from blog.accounts import access
from blog.accounts import views as accounts
from blog.config import ROOT, Settings
from blog.csrf import csrf
from blog.library import dashboard
from blog.library import views as library
from blog.media import views as media
from blog.posts import views as posts
from blog.reader import views as reader

LARGEST_REQUEST = 16 * 1024 * 1024  # bytes


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application; raises ConfigurationError where the environment is incomplete."""
    settings = settings or Settings.from_environment()
    app = errors.Blog(
        "blog",
        root_path=str(ROOT / "blog"),
        template_folder="../templates",
        static_folder="../static",
    )
    app.config.from_mapping(_flask_config(settings))
    app.debug = app.debug and not settings.is_deployed  # FLASK_DEBUG, which shows faults to readers
    app.extensions["settings"] = settings
    app.url_map.converters["int"] = RowNumber

    # In the order in which a request meets them: the gate stands before the forgery check.
    logs.init_app(app, settings)
    errors.init_app(app)
    proxies.init_app(app, settings)
    db.init_app(app, settings)
    storage.init_app(app, settings)
    access.init_app(app)
    csrf.init_app(app)
    security.init_app(app, settings)
    static_files.init_app(app)
    site.init_app(app, settings)

    for views in (health, accounts, posts, media, dashboard, library, reader):
        app.register_blueprint(views.bp)
    cli.init_app(app)
    return app


class RowNumber(IntegerConverter):
    """Numbers in addresses are those of rows: a larger one than databases know is not found."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_secure else "session",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: an editor may stay open for days
        "TEMPLATES_AUTO_RELOAD": settings.environment == "development",
        "TESTING": settings.environment == "testing",
    }
