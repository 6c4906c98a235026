"""What every template knows: the site, and how to write a date or a size."""

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
    app.add_template_filter(bytes_in_words)


def day(time: datetime) -> str:
    """22 November 2026"""
    return f"{time.day} {time:%B %Y}"


def bytes_in_words(size: int) -> str:
    """1.2 GB (decimal, as stores bill it)"""
    if size < 1000:
        return f"{size} bytes" if size != 1 else "1 byte"
    amount, units = size / 1000, ["kB", "MB", "GB", "TB"]
    while amount >= 999.5 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:.1f} {units[0]}" if amount < 9.95 else f"{amount:.0f} {units[0]}"


def isodate(time: datetime) -> str:
    """2026-11-22T15:43:00Z (RFC 3339)"""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
