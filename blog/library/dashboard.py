"""The first page of the admin: what was written last, and how much is stored."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from blog.db import now, session
from blog.library.usage import find_usage
from blog.posts.models import Post

POSTS = 5

bp = Blueprint("dashboard", __name__, url_prefix="/admin")


@bp.get("/")
def index() -> ResponseReturnValue:
    posts = session.scalars(Post.all_recent_first().limit(POSTS)).unique().all()
    return render_template("dashboard/index.html", posts=posts, usage=find_usage(now().date()))
