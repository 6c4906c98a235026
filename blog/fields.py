"""Form fields that clean what people type: white space, line endings, control characters."""

import re
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

# Postgres refuses NUL, XML the others; lone surrogates cannot be encoded at all.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str | None) -> str:
    """The text with one kind of line end and without characters that no page can show."""
    return _NOT_TEXT.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str | None) -> str:
    """The same on one line, without white space around it or doubled within."""
    return " ".join(clean_text(text).split())


class Form(FlaskForm):
    """A form that is filled in by forms only, and by their text: not by JSON, nor by files."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            return None if formdata is None or request.method != "POST" else request.form


class LineField(StringField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, filters=[clean_line], **kwargs)


class TextField(TextAreaField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, filters=[clean_text], **kwargs)
