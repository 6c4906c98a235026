"""What the public sees: home, posts, tags, feeds, the sitemap, robots."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from blog.db import session
from blog.markup import references, render
from blog.media.pictures import find_pictures
from blog.paging import paginate
from blog.posts.models import Post, Tag
from blog.reader.addresses import absolute
from blog.reader.feeds import POSTS_PER_FEED, make_feed
from blog.reader.sharing import first_video, preview_of

POSTS_PER_PAGE = 10

bp = Blueprint("reader", __name__)


@bp.get("/")
@bp.get("/page/<int:number>")
def home(number: int = 1) -> ResponseReturnValue:
    if request.path == "/page/1":
        return redirect(url_for("reader.home"), 301)
    page = paginate(session, Post.published(), number, size=POSTS_PER_PAGE)
    own_path = url_for("reader.home", number=number if number > 1 else None)
    return render_template("reader/home.html", page=page, canonical=absolute(own_path))


@bp.get("/posts/<slug>")
def post(slug: str) -> ResponseReturnValue:
    post = session.scalar(Post.published().where(Post.slug == slug)) or abort(404)
    pictures = find_pictures(references(post.body))
    return render_template(
        "reader/post.html",
        post=post,
        body=render(post.body, pictures),
        picture=preview_of(post.body, pictures),
        video=first_video(post.body, pictures),
        canonical=absolute(url_for("reader.post", slug=post.slug)),
        description=post.summary,
    )


@bp.get("/tags/<slug>")
def tag(slug: str) -> ResponseReturnValue:
    tag = session.scalar(Tag.in_use().where(Tag.slug == slug)) or abort(404)
    number = request.args.get("page", 1, type=int)
    page = paginate(session, Post.published_under(tag), number, size=POSTS_PER_PAGE)
    canonical = absolute(url_for("reader.tag", slug=tag.slug))
    return render_template("reader/tag.html", tag=tag, page=page, canonical=canonical)


@bp.get("/feed.xml")
def feed() -> ResponseReturnValue:
    posts = session.scalars(Post.published().limit(POSTS_PER_FEED)).all()
    feed = make_feed("", posts, self_path=url_for("reader.feed"), home_path=url_for("reader.home"))
    return _xml("reader/feed.xml", "application/atom+xml", feed=feed)


@bp.get("/tags/<slug>/feed.xml")
def tag_feed(slug: str) -> ResponseReturnValue:
    tag = session.scalar(Tag.in_use().where(Tag.slug == slug)) or abort(404)
    posts = session.scalars(Post.published_under(tag).limit(POSTS_PER_FEED)).all()
    feed = make_feed(
        tag.name,
        posts,
        self_path=url_for("reader.tag_feed", slug=slug),
        home_path=url_for("reader.tag", slug=slug),
    )
    return _xml("reader/feed.xml", "application/atom+xml", feed=feed)


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    posts = session.execute(
        select(Post.slug, Post.updated_at).where(Post.published_at.is_not(None))
    ).all()
    urls = [
        {"loc": absolute(url_for("reader.home")), "lastmod": None},
        *(
            {"loc": absolute(url_for("reader.post", slug=slug)), "lastmod": updated_at}
            for slug, updated_at in posts
        ),
        *(
            {"loc": absolute(url_for("reader.tag", slug=tag.slug)), "lastmod": None}
            for tag in session.scalars(Tag.in_use())
        ),
    ]
    return _xml("reader/sitemap.xml", "application/xml", urls=urls)


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@bp.after_request
def let_caches_ask(response: Response) -> Response:
    """Pages may be kept, but are asked about each time: an unchanged one is 304."""
    response.headers.setdefault("Cache-Control", "no-cache")
    if response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


def _xml(template: str, mimetype: str, **context: object) -> Response:
    return Response(render_template(template, **context), mimetype=mimetype)
