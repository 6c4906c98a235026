"""Writing: the list of posts, the editor, the preview, deletion."""

from itertools import islice

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict

from blog.csrf import checked_by_form
from blog.db import now, session
from blog.errors import answer
from blog.markup import references, render
from blog.media.pictures import find_pictures
from blog.paging import paginate
from blog.posts.forms import LONGEST_BODY, MOST_TAGS, DeletionForm, PostForm
from blog.posts.models import EditConflict, Post, Tag
from blog.posts.slugs import FALLBACK, LONGEST, first_free, slugify

POSTS_PER_PAGE = 30

STALE_FORM = (
    "You signed in anew since this page was opened, so nothing was saved yet. "
    "Your text is all here: save once more."
)

bp = Blueprint("posts", __name__, url_prefix="/admin")


@bp.get("/posts/")
def index() -> ResponseReturnValue:
    number = request.args.get("page", 1, type=int)
    page = paginate(session, Post.all_recent_first(), number, size=POSTS_PER_PAGE)
    return render_template("posts/index.html", page=page)


@bp.get("/posts/new")
def new() -> ResponseReturnValue:
    post = Post.draft(by=current_user, at=now())
    return _render_editor(post, PostForm.showing(post), "Not saved yet")


@bp.post("/posts/new")
@checked_by_form
def create() -> ResponseReturnValue:
    return _save(Post.draft(by=current_user, at=now()), PostForm())


@bp.get("/posts/<int:id>")
def edit(id: int) -> ResponseReturnValue:
    post = session.get(Post, id) or abort(404)
    return _render_editor(post, PostForm.showing(post), "Saved")


@bp.post("/posts/<int:id>")
@checked_by_form
def update(id: int) -> ResponseReturnValue:
    post = session.get(Post, id, with_for_update={"of": Post}) or abort(
        404, "This post was deleted. Go back to copy your text, and paste it into a new post."
    )
    return _save(post, PostForm())


@bp.post("/posts/preview")
def preview() -> ResponseReturnValue:
    """The reader's page of what is in the editor, saved or not."""
    form = PostForm()
    tags = islice(form.tag_names.items(), MOST_TAGS)
    at = now()
    post = Post.draft(by=current_user, at=at)
    post.edit(
        title=form.title.data or "Untitled",
        slug="",
        body=form.body.data[:LONGEST_BODY],
        excerpt=form.excerpt.data,
        tags=[Tag(name=name, slug=slug) for slug, name in tags],
        base=0,
        at=at,
    )
    post.author = current_user._get_current_object()
    post.publish(at=at)
    session.expunge_all()  # nothing of a preview is ever saved
    body = render(post.body, find_pictures(references(post.body)))
    return render_template("reader/post.html", post=post, body=body, preview=True)


@bp.get("/posts/<int:id>/deletion")
def deletion(id: int) -> ResponseReturnValue:
    post = session.get(Post, id) or abort(404)
    return render_template("posts/deletion.html", post=post, form=DeletionForm())


@bp.post("/posts/<int:id>/deletion")
def delete(id: int) -> ResponseReturnValue:
    post = session.get(Post, id, with_for_update={"of": Post}) or abort(404)
    session.delete(post)
    session.commit()
    flash(f"“{post.title}” was deleted.", "success")
    return redirect(url_for("posts.index"))


@bp.errorhandler(StaleDataError)
def say_it_was_changed(error: StaleDataError) -> ResponseReturnValue:
    return answer(Conflict("This post was changed or deleted at the same moment."))


def _save(post: Post, form: PostForm) -> ResponseReturnValue:
    if not form.validate():
        if form.csrf_token.errors:
            form.csrf_token.errors = [STALE_FORM]
        return _render_editor(post, form, "Not saved"), 422
    slug = _choose_slug(post, form)
    if slug is None:
        form.slug.errors = ["Another post has this address already. Choose another one."]
        return _render_editor(post, form, "Not saved"), 422
    try:
        _take(post, form, slug)
        session.commit()
    except (EditConflict, StaleDataError):
        session.rollback()
        return _show_conflict(post, form)
    except IntegrityError:  # the same slug or tag came from elsewhere in the same moment
        session.rollback()
        form.form_errors.append("Something else was saved at the same moment. Save once more.")
        return _render_editor(post, form, "Not saved"), 409
    flash(_what_happened(form), "success")
    return redirect(url_for("posts.edit", id=post.id))


def _choose_slug(post: Post, form: PostForm) -> str | None:
    """The post's slug from now on; None where the author typed one that is taken."""
    typed = slugify(form.slug.data or "")
    wanted = typed or slugify(form.title.data) or FALLBACK
    if post.slug and (typed == post.slug or not (typed or post.slug_follows_title)):
        return post.slug
    # The stem only, for a number at the end shortens a long one.
    taken = session.scalars(Post.slugs_like(wanted[: LONGEST - 10], but=post)).all()
    if typed and typed in taken:
        return None
    return first_free(wanted, taken)


def _take(post: Post, form: PostForm, slug: str) -> None:
    at = now()
    post.edit(
        title=form.title.data,
        slug=slug,
        body=form.body.data,
        excerpt=form.excerpt.data,
        tags=_find_tags(form.tag_names),
        base=form.base.data or 0,
        at=at,
    )
    if form.publish.data:
        post.publish(at=at)
    elif form.unpublish.data:
        post.unpublish()
    session.add(post)


def _find_tags(names: dict[str, str]) -> list[Tag]:
    known = {tag.slug: tag for tag in session.scalars(Tag.with_slugs(names))}
    return [known.get(slug) or Tag(name=name, slug=slug) for slug, name in names.items()]


def _show_conflict(post: Post, form: PostForm) -> ResponseReturnValue:
    form.base.data = post.revision
    form.base.raw_data = None
    form.form_errors.append(
        "This post was changed elsewhere after you opened it here, so your text was not saved "
        "over it. It is below. Look at the other version in a new tab, then save again to "
        "replace it with this one."
    )
    return _render_editor(post, form, "Changed elsewhere", is_conflict=True), 409


def _what_happened(form: PostForm) -> str:
    if form.publish.data:
        return "Published."
    return "Unpublished: it is a draft again." if form.unpublish.data else "Saved."


def _render_editor(post: Post, form: PostForm, state: str, *, is_conflict: bool = False) -> str:
    return render_template(
        "posts/editor.html",
        post=post if post.id else None,
        form=form,
        state=state,
        is_conflict=is_conflict,
        preview_url=url_for("posts.preview"),
    )
