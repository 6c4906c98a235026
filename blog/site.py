"""What every template knows: the site, and how to write a date."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask

from blog.config import Settings


@dataclass(frozen=True, slots=True)
class Site:
    title: str
    description: str
    url: str
    language: str


def init_app(app: Flask, settings: Settings) -> None:
    site = Site("Signpost", "A blog.", settings.site_url, "en")
    app.jinja_env.globals["site"] = site
    app.add_template_filter(day)
    app.add_template_filter(isodate)


def day(time: datetime) -> str:
    """22 November 2026"""
    return f"{time.day} {time:%B %Y}"


def isodate(time: datetime) -> str:
    """2026-11-22T15:43:00Z (RFC 3339)"""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
