"""What is acceptable as a post."""

from typing import Any

from wtforms import IntegerField, SubmitField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from blog.fields import Form, LineField, TextField
from blog.posts.models import Post
from blog.posts.slugs import LONGEST, slugify

LONGEST_BODY = 5_000_000  # characters
MOST_TAGS = 50
LONGEST_TAG = 60


class PostForm(Form):
    title = LineField(
        "Title",
        [
            DataRequired("Give the post a title."),
            Length(max=300, message="This title is too long: 300 characters are the most."),
        ],
    )
    body = TextField(
        "Body",
        [
            Length(
                max=LONGEST_BODY,
                message="This text is too long: 5 million characters are the most. "
                "Nothing was lost, it is all still here: split it into two posts.",
            )
        ],
    )
    tags = LineField("Tags", [Length(max=4000, message="These are too many tags.")])
    excerpt = TextField(
        "Excerpt", [Length(max=1000, message="1,000 characters are the most for an excerpt.")]
    )
    slug = LineField("Address", [Length(max=LONGEST, message="80 characters are the most.")])
    # The revision that these words were written over.
    base = IntegerField(widget=HiddenInput(), default=0)

    save = SubmitField("Save")
    publish = SubmitField("Publish")
    update = SubmitField("Update")
    unpublish = SubmitField("Unpublish")

    @classmethod
    def showing(cls, post: Post) -> "PostForm":
        """The form as it is when nobody typed anything yet."""
        return cls(
            formdata=None,
            title=post.title,
            body=post.body,
            excerpt=post.excerpt,
            slug="" if post.slug_follows_title else post.slug,
            tags=", ".join(tag.name for tag in post.tags),
            base=post.revision,
        )

    @property
    def tag_names(self) -> dict[str, str]:
        """The tags by slug, each once, in the order in which they were typed."""
        names: dict[str, str] = {}
        for typed in (self.tags.data or "").split(","):
            name = typed.strip().removeprefix("#").strip()
            if slug := slugify(name):
                names.setdefault(slug, name)
        return names

    def validate_tags(self, field: Any) -> None:
        if len(self.tag_names) > MOST_TAGS:
            raise ValidationError(f"{len(self.tag_names)} tags are too many: {MOST_TAGS} at most.")
        for name in self.tag_names.values():
            if len(name) > LONGEST_TAG:
                raise ValidationError(f"“{name[:20]}…” is too long for a tag: 60 at most.")

    def validate_slug(self, field: Any) -> None:
        if field.data and not slugify(field.data):
            raise ValidationError("An address needs a letter or a digit.")


class DeletionForm(Form):
    delete = SubmitField("Delete")
