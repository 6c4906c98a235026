"""The library: what was uploaded, found, described, replaced, and deleted where it is unused."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, ServiceUnavailable

from blog.accounts.access import is_own_path
from blog.db import now, session
from blog.errors import answer
from blog.library.forms import DescriptionForm, ReplacementForm, Search, chosen
from blog.library.items import Item
from blog.library.searching import find
from blog.markup import REFERENCE
from blog.media.models import Asset
from blog.media.removal import remove
from blog.posts.models import Post
from blog.posts.uses import settle_uses
from blog.storage import StorageError

NOT_THERE = "There is nothing of this reference in the library."
MOST_POSTS = 100  # that are named where one asks what uses a picture

FRAGMENTS = {"1": "library/items.html", "picker": "library/choices.html"}

bp = Blueprint("library", __name__, url_prefix="/admin/media")


@bp.get("/")
def index() -> ResponseReturnValue:
    search = Search.parse(request.args)
    shelf = find(search)
    template = FRAGMENTS.get(request.args.get("fragment", ""), "library/index.html")
    items = [Item.of(asset) for asset in shelf.assets]
    return render_template(template, search=search, items=items, next_before=shelf.next_before)


@bp.get("/<int:id>")
def show(id: int) -> ResponseReturnValue:
    asset = _find(id)
    description = DescriptionForm(formdata=None, obj=asset)
    return _render_item(asset, description, ReplacementForm(formdata=None))


@bp.post("/<int:id>/description")
def describe(id: int) -> ResponseReturnValue:
    asset = _find(id, with_for_update=True)
    form = DescriptionForm()
    if not form.validate():
        if _is_script():
            return {"error": " ".join(e for errors in form.errors.values() for e in errors)}, 422
        return _render_item(asset, form, ReplacementForm(formdata=None)), 422
    asset.describe(form.filename.data if form.names_it else asset.filename, form.alt.data or "")
    session.commit()
    if _is_script():
        return {"id": asset.id, "alt": asset.alt, "filename": asset.filename}
    flash("Saved.", "success")
    return redirect(_way_back(url_for("library.show", id=id)))


@bp.post("/<int:id>/replacement")
def replace(id: int) -> ResponseReturnValue:
    asset = _find(id)
    form = ReplacementForm()
    replacement = session.scalar(_named(form.replacement.data or ""))
    if replacement is None or replacement.id == asset.id:
        words = NOT_THERE if replacement is None else "This is the same one. Choose another."
        return _refuse_replacement(asset, form, words)
    # Locked in the order of their numbers, so that two who replace do not wait for each other.
    holding = Post.holding(asset.digits or "").order_by(None).order_by(Post.id)
    locked = holding.with_for_update(of=Post).options(selectinload(Post.media))
    posts = session.scalars(locked).all()
    settle_uses(session, [replacement.digits or ""])
    if session.get(Asset, replacement.id, populate_existing=True) is None:
        session.rollback()  # deleted at the same moment; from here on it cannot be
        return _refuse_replacement(_find(id), form, NOT_THERE)
    at = now()
    for post in posts:
        post.replace_media(asset.reference, replacement.reference, at=at)
    session.commit()
    flash(f"Replaced in {_count(len(posts), 'post')}.", "success")
    return redirect(url_for("library.show", id=replacement.id))


@bp.get("/deletion")
def deletion() -> ResponseReturnValue:
    assets = _find_chosen(request.args)
    template = "library/question.html" if "fragment" in request.args else "library/deletion.html"
    return _render_deletion(template, assets, way_back=_way_back(url_for("library.index")))


@bp.post("/deletion")
def delete() -> ResponseReturnValue:
    deleted, used = [], []
    for asset in _find_chosen(request.form):
        # One transaction each: what is deleted from the bucket is deleted here too, come what may.
        settle_uses(session, [asset.digits or ""])
        if session.get(Asset, asset.id, populate_existing=True) is None:
            deleted.append(asset.id)  # in another tab, at the same moment
        elif asset.is_used:
            used.append(asset)
        else:
            deleted.append(asset.id)
            remove(asset, at=now())
        session.commit()
    if _is_script():
        refused = [{"id": a.id, "filename": a.filename, "posts": _posts(a)} for a in used]
        return {"deleted": deleted, "refused": refused}
    if deleted:
        flash(f"{_count(len(deleted), 'file')} deleted.", "success")
    way_back = _way_back(url_for("library.index"))
    if used:
        return _render_deletion("library/deletion.html", used, way_back=way_back), 409
    return redirect(way_back)


@bp.errorhandler(IntegrityError)
@bp.errorhandler(StaleDataError)
def say_it_was_changed(error: Exception) -> ResponseReturnValue:
    session.rollback()
    return answer(Conflict("Somebody changed this at the same moment, so try again."))


@bp.errorhandler(StorageError)
def say_bucket_is_away(error: StorageError) -> ResponseReturnValue:
    current_app.logger.error("Bucket: %s", error)
    return answer(
        ServiceUnavailable("The bucket does not answer, so not all was deleted. Try again.")
    )


def _find(id: int, **options: Any) -> Asset:
    asset = session.get(Asset, id, **options)
    return asset if asset and asset.digits else abort(404)


def _find_chosen(values: Any) -> list[Asset]:
    wanted = select(Asset).where(Asset.id.in_(chosen(values)), Asset.digits.is_not(None))
    return list(session.scalars(wanted.order_by(Asset.id.desc()))) or abort(
        404, "Nothing was chosen, or it was deleted meanwhile."
    )


def _named(name: str) -> Any:
    """By its reference, as people copy it, or by its number, as the picker hands it over."""
    references = REFERENCE.findall(name)
    number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else 0
    is_named = (
        Asset.digits == references[0].removeprefix("media:") if references else Asset.id == number
    )
    return select(Asset).where(is_named, Asset.digits.is_not(None))


def _refuse_replacement(asset: Asset, form: ReplacementForm, words: str) -> ResponseReturnValue:
    form.replacement.errors = [words]
    return _render_item(asset, DescriptionForm(formdata=None, obj=asset), form), 422


def _render_item(asset: Asset, description: DescriptionForm, replacement: ReplacementForm) -> str:
    posts = session.scalars(Post.holding(asset.digits or "").limit(MOST_POSTS + 1)).all()
    return render_template(
        "library/show.html",
        item=Item.of(asset),
        posts=posts[:MOST_POSTS],
        has_more_posts=len(posts) > MOST_POSTS,
        description=description,
        replacement=replacement,
    )


def _render_deletion(template: str, assets: Iterable[Asset], *, way_back: str) -> str:
    return render_template(
        template,
        unused=[Item.of(asset) for asset in assets if not asset.is_used],
        used=[(Item.of(asset), _posts(asset)) for asset in assets if asset.is_used],
        way_back=way_back,
    )


def _posts(asset: Asset) -> list[dict[str, str]]:
    posts = session.scalars(Post.holding(asset.digits or "").limit(MOST_POSTS))
    return [
        {"title": post.title or "Untitled", "url": url_for("posts.edit", id=post.id)}
        for post in posts
    ]


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _way_back(otherwise: str) -> str:
    """The page of the library that the form stood on."""
    target = request.values.get("back", "")
    return target if is_own_path(target) else otherwise


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
