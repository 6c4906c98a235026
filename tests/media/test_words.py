"""The words that an asset is found by."""

import pytest

from blog.media.words import LONGEST_WORD, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("beach.jpg", {"beach"}),
        ("BEACH.JPEG", {"beach"}),
        ("Café—Zürich", {"cafe", "zurich"}),
        ("Cafe\u0301", {"cafe"}),
        ("STRASSE straße", {"strasse"}),
        ("ﬁsh ½", {"fish", "1", "2"}),
        ("IMG_2041-edit", {"img", "2041", "edit"}),
        ("mp4.mp4", {"mp4"}),
        ("a.b.webp", {"a", "b"}),
        ("海辺 море", {"海辺", "море"}),
        ("!!! %_*", set()),
        ("", set()),
        ("x" * 100, {"x" * LONGEST_WORD}),
    ],
)
def test_words_are_folded(text: str, words: set[str]) -> None:
    assert words_of(text) == words


def test_several_texts_give_each_word_once() -> None:
    assert words_of("sea.webp", "The sea") == {"the", "sea"}
