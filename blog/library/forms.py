"""What is acceptable in the library: a search, a description, a choice of what to delete."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import StringField, ValidationError
from wtforms.validators import Length
from wtforms.widgets import TextArea

from blog.fields import Form, LineField, clean_line

KINDS = {"all": None, "pictures": "picture", "videos": "video"}
USES = {"all": None, "used": True, "unused": False}

LONGEST_QUERY = 200  # characters
LONGEST_ALT = 1000
LONGEST_FILENAME = 200
MOST_AT_ONCE = 200  # files that are deleted in one go
LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; `before` is the number of the last asset that was shown."""

    q: str = ""
    kind: str = "all"
    use: str = "all"
    before: int | None = None

    @classmethod
    def parse(cls, query: MultiDict[str, str]) -> "Search":
        """From an address that anybody may have written: what is no choice of ours is “all”."""
        kind, use = query.get("kind", ""), query.get("use", "")
        before = query.get("before", type=int)
        return cls(
            q=clean_line(query.get("q", ""))[:LONGEST_QUERY],
            kind=kind if kind in KINDS else "all",
            use=use if use in USES else "all",
            before=None if before is None else min(max(before, 0), LARGEST_NUMBER),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.q) or self.kind != "all" or self.use != "all"

    @property
    def parameters(self) -> dict[str, str]:
        """For an address; without `before`, and without what goes without saying."""
        chosen = {"q": self.q, "kind": self.kind, "use": self.use}
        return {name: value for name, value in chosen.items() if value not in ("", "all")}


class DescriptionForm(Form):
    """The name may be left out, where only the alternative text is edited."""

    alt = LineField(
        "Alternative text",
        [Length(max=LONGEST_ALT, message="1,000 characters are the most.")],
        widget=TextArea(),
    )
    filename = LineField("Name", [Length(max=LONGEST_FILENAME, message="200 characters at most.")])

    @property
    def names_it(self) -> bool:
        return bool(self.filename.raw_data)

    def validate_filename(self, field: Any) -> None:
        if self.names_it and not field.data:
            raise ValidationError("It needs a name.")


class ReplacementForm(Form):
    replacement = StringField("Replace it by", filters=[clean_line])


def chosen(values: MultiDict[str, str]) -> list[int]:
    """The numbers of the assets that were marked, each once."""
    numbers = values.getlist("id", type=int)
    return list(dict.fromkeys(n for n in numbers if 0 < n <= LARGEST_NUMBER))[:MOST_AT_ONCE]
