"""Pictures and videos as readers get them: on the page, in the feed, where links are shared."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from tests.pages import Visitor
from tests.posts.test_writing import POST, write
from tests.reader.shelf import Shelf, named
from tests.reader.test_pages import ATOM

PATH = "/posts/a-walk-by-the-sea"
MP4 = replace(named(1920, 1080, "video/mp4"), role="main")
POSTER = replace(named(960, 540, "image/webp"), role="poster")


def widths(srcset: str | None) -> list[int]:
    return [int(width) for width in re.findall(r" (\d+)w", srcset or "")]


def feed_content(reader: Visitor) -> str:
    root = ET.fromstring(reader.get("/feed.xml").response.data)
    return root.findtext(f"{ATOM}entry/{ATOM}content") or ""


def test_the_page_offers_every_file_that_the_bucket_holds(
    author: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    reference = shelf.add_photo(alt="A gull", types=("image/webp", "image/avif"))
    write(author, button="publish", body=f'![]({reference} "By the sea")')

    page = reader.get(PATH)

    [avif], [image] = page.all("source"), page.all("img")
    assert avif["type"] == "image/avif"
    assert widths(avif["srcset"]) == [480, 960, 1600]
    assert widths(image["srcset"]) == [480, 960, 1600, 2400]
    assert avif["sizes"] == image["sizes"]
    assert (image["width"], image["height"], image["alt"]) == ("2400", "1600", "A gull")
    assert (image["loading"], image["fetchpriority"]) == ("eager", "high")
    assert "<figcaption>By the sea</figcaption></figure>" in page.text
    assert str(image["src"]).startswith("http://127.0.0.1:9/blog-media/media/")
    assert page.all("a", href=str(image["src"]))


def test_files_that_have_not_arrived_are_not_offered(
    author: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    variants = [named(each, each // 2, "image/webp") for each in (480, 960, 1600)]
    variants[1] = replace(variants[1], is_confirmed=False)
    arrived = shelf.add(named(2400, 1200, "image/webp"), variants)
    on_its_way = shelf.add(replace(named(9, 9, "image/webp"), is_confirmed=False))
    write(author, button="publish", body=f"![Gull]({arrived})\n\n![Tern]({on_its_way})")

    page = reader.get(PATH)

    [image] = page.all("img")
    assert widths(image["srcset"]) == [480, 1600, 2400]
    assert '<span class="missing-picture">Tern</span>' in page.text


def test_avif_with_a_gap_is_not_offered(author: Visitor, reader: Visitor, shelf: Shelf) -> None:
    variants = [named(each, each // 2, "image/webp") for each in (480, 960, 1600)]
    variants += [named(each, each // 2, "image/avif") for each in (480, 1600)]
    reference = shelf.add(named(2400, 1200, "image/webp"), variants)
    write(author, button="publish", body=f"![Gull]({reference})")

    assert reader.get(PATH).all("source") == []


def test_a_text_with_many_pictures_takes_one_look_at_the_library(
    author: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    references = [shelf.add_photo(seed=number) for number in range(30)]
    write(author, button="publish", body="\n\n".join(f"![{r}]({r})" for r in references))

    page = reader.get(PATH)

    assert [image["alt"] for image in page.all("img")] == references
    assert [image["loading"] for image in page.all("img")] == ["eager"] + 29 * ["lazy"]


def test_a_video_waits_for_its_reader(author: Visitor, reader: Visitor, shelf: Shelf) -> None:
    reference = shelf.add(MP4, [POSTER], alt="Waves", kind="video")
    write(author, button="publish", body=f'![]({reference} "At high tide")')

    page = reader.get(PATH)

    [video], [source] = page.all("video"), page.all("source")
    assert video["preload"] == "metadata"
    assert "autoplay" not in video
    assert "controls" in video
    assert (video["width"], video["height"], video["aria-label"]) == ("1920", "1080", "Waves")
    assert str(video["poster"]).endswith(".webp")
    assert source["type"] == "video/mp4"
    assert page.all("a", href=str(source["src"]))
    assert "<figcaption>At high tide</figcaption></figure>" in page.text


def test_the_preview_shows_what_readers_will_get(
    author: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    body = f"![Gull]({shelf.add_photo()})\n\n![Waves]({shelf.add(MP4, [POSTER], kind='video')})"
    editor = author.get("/admin/posts/new")

    preview = author.submit(editor, {**POST, "body": body}, to="/admin/posts/preview")

    write(author, button="publish", body=body)
    published = reader.get(PATH)
    for tag in ("picture", "img", "video", "source"):
        assert preview.all(tag) == published.all(tag) != []


def test_feeds_get_whole_plain_pictures(author: Visitor, reader: Visitor, shelf: Shelf) -> None:
    gull, tern = shelf.add_photo(seed=1), shelf.add_photo(seed=2)
    write(
        author, button="publish", body=f'![Gull]({gull} "A gull")\n\n![]({gull})\n![Tern]({tern})'
    )

    content = feed_content(reader)

    images = re.findall(r"<img[^>]*>", content)
    assert len(images) == 3
    for image in images:
        assert re.fullmatch(
            r'<img src="http://127\.0\.0\.1:9/[^"]+\.webp" alt="(Gull|Tern|)" width="2400" '
            'height="1600">',
            image,
        )
    assert content.count("<figcaption>A gull</figcaption></figure>") == 1
    assert not re.search(r"<picture|<source|srcset|class=|<a |loading", content)


@pytest.mark.parametrize("has_poster", [True, False])
def test_feeds_link_to_a_video(
    author: Visitor, reader: Visitor, shelf: Shelf, has_poster: bool
) -> None:
    reference = shelf.add(MP4, [POSTER] if has_poster else [], alt="Waves", kind="video")
    write(author, button="publish", body=f"![]({reference})")

    content = feed_content(reader)

    shown = r'<img src="http[^"]+\.webp" alt="Waves" width="1920" height="1080">'
    words = shown if has_poster else "Waves"
    assert re.fullmatch(rf'<p><a href="http[^"]+\.mp4">{words}</a></p>', content.strip())


def test_a_shared_link_shows_the_first_picture_in_a_size_that_fits(
    author: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    reference = shelf.add_photo(alt="A gull", types=("image/webp", "image/avif"))
    write(author, button="publish", body=f"Words. ![]({reference})")

    page = reader.get(PATH)

    said = {meta.get("property"): meta.get("content") for meta in page.all("meta")}
    assert str(said["og:image"]).startswith("http://127.0.0.1:9/blog-media/media/")
    assert str(said["og:image"]).endswith(".webp")
    assert (said["og:image:width"], said["og:image:height"]) == ("1600", "1067")
    assert said["og:image:alt"] == "A gull"


def test_a_shared_link_shows_the_still_of_a_video(
    author: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    video = shelf.add(MP4, [POSTER], alt="Waves", kind="video")
    write(author, button="publish", body=f"![]({video})\n\n![Gull]({shelf.add_photo()})")

    page = reader.get(PATH)

    said = {meta.get("property"): meta.get("content") for meta in page.all("meta")}
    assert said["og:image"] == page.all("video")[0]["poster"]
    assert said["og:image:alt"] == "Waves"
    assert said["og:video"] == page.all("source")[0]["src"]
    assert said["og:video:type"] == "video/mp4"


def test_a_shared_link_to_a_video_without_a_still_shows_the_next_picture(
    author: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    video, gull = shelf.add(MP4, kind="video"), shelf.add_photo(300, 200, alt="A gull")
    write(author, button="publish", body=f"![]({video})\n\n![]({gull})")

    page = reader.get(PATH)

    assert page.all("meta", property="og:image:alt")[0]["content"] == "A gull"
    assert page.all("meta", property="og:image:width")[0]["content"] == "300"
