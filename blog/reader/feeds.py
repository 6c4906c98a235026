"""Atom feeds (RFC 4287): what is published, whole, with stable ids and absolute addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import url_for

from blog.markup import references, render
from blog.media.pictures import find_pictures
from blog.posts.models import Post
from blog.reader.addresses import absolute, with_absolute_links

POSTS_PER_FEED = 20

# A feed has to say when it changed even if nothing ever stood in it.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as feed readers get it; times in UTC."""

    title: str
    url: str
    id: str
    published: datetime
    updated: datetime
    summary: str
    content_html: str
    author_name: str
    tags: list[str]


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    self_url: str
    home_url: str
    id: str
    updated: datetime
    entries: list[Entry]


def make_feed(title: str, posts: Sequence[Post], *, self_path: str, home_path: str) -> Feed:
    pictures = find_pictures({ref for post in posts for ref in references(post.body)})
    return Feed(
        title=title,
        self_url=absolute(self_path),
        home_url=absolute(home_path),
        id=absolute(home_path),
        updated=max((_updated(post) for post in posts), default=_NEVER),
        entries=[
            _entry(post, with_absolute_links(render(post.body, pictures, plain=True), _url(post)))
            for post in posts
        ],
    )


def _entry(post: Post, content: str) -> Entry:
    return Entry(
        title=post.title,
        url=_url(post),
        id=_id(post),
        published=post.published_at or post.created_at,
        updated=_updated(post),
        summary=post.summary,
        content_html=content,
        author_name=post.author.name if post.author else "",
        tags=[tag.name for tag in post.tags],
    )


def _url(post: Post) -> str:
    return absolute(url_for("reader.post", slug=post.slug))


def _id(post: Post) -> str:
    """A tag URI (RFC 4151): it stays when the slug changes."""
    host = urlsplit(absolute("")).hostname
    return f"tag:{host},{post.created_at:%Y-%m-%d}:post/{post.id}"


def _updated(post: Post) -> datetime:
    """The last change that readers can see: a post is not older than its publication."""
    return max(post.updated_at, post.published_at or post.updated_at)
