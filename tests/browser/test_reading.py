"""Pictures in a published post, in a real Chromium: which file it loads, and that nothing jumps."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from blog.accounts.models import User
from blog.db import now, session
from blog.local.server import BucketServer
from blog.posts.models import Post
from tests.browser.live import LiveApp
from tests.reader.shelf import Shelf, drawn, named

type Opener = Callable[..., Page]

WORDS = "The boat leaves at ten past seven, whether or not you are on it. " * 4

WATCH_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((e) => e.value)))
  .observe({ type: "layout-shift", buffered: true });"""
# Where everything in the text stands.
PLACES = """() => [...document.querySelectorAll(".prose *, footer")]
  .filter((element) => element.checkVisibility())
  .map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.tagName, x, y + scrollY, width, height].join(" ");
  })"""
# What `sizes` promised: with width descriptors, a picture's own width is counted in those.
PROMISED_AND_SHOWN = "i => [i.naturalWidth, i.getBoundingClientRect().width]"
FILES = "[...document.querySelectorAll('.prose img')].map((image) => image.currentSrc)"
STYLED = """async () => {
  for (const link of document.querySelectorAll("[rel=stylesheet]")) {
    while (!link.sheet) await new Promise(requestAnimationFrame);
  }
}"""
WIDTH_OF_CHOSEN = """async (image) => {
  const file = new Image();
  file.src = image.currentSrc;
  await file.decode();
  return file.naturalWidth;
}"""


@pytest.fixture
def shelf(live: LiveApp, bucket: BucketServer) -> Shelf:
    return Shelf(live.app, bucket)


@pytest.fixture
def open_post(chromium: Browser, live: LiveApp, ada: User) -> Iterator[Opener]:
    """Publishes a text and opens it in a window of this size, in CSS pixels."""
    contexts = []

    def open_post(
        body: str,
        width: int = 1280,
        height: int = 800,
        scale: float = 1,
        before: Callable[[Page], None] = lambda page: None,
    ) -> Page:
        viewport = ViewportSize(width=width, height=height)
        context = chromium.new_context(
            base_url=live.url, viewport=viewport, device_scale_factor=scale
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        publish(live, ada, body)
        before(page)
        page.goto("/posts/gulls", wait_until="domcontentloaded")  # pictures may be held back
        page.evaluate(STYLED)
        return page

    yield open_post
    for context in contexts:
        context.close()


def publish(live: LiveApp, author: User, body: str) -> None:
    with live.app.app_context():
        post = Post.draft(by=author, at=now())
        post.edit(title="Gulls", slug="gulls", body=body, excerpt="", tags=[], base=0, at=now())
        post.publish(at=now())
        session.add(post)
        session.commit()


def loaded(page: Page) -> list[Locator]:
    """The pictures of the text, each scrolled to and arrived."""
    images = page.locator(".prose img").all()
    for image in images:
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
    return images


def chosen(page: Page) -> list[int]:
    """The width in its own pixels of the file that each picture chose."""
    return [image.evaluate(WIDTH_OF_CHOSEN) for image in loaded(page)]


@pytest.mark.parametrize(("scale", "expected"), [(1, 480), (2, 960), (3, 1600)])
def test_a_phone_loads_a_variant(
    shelf: Shelf, open_post: Opener, bucket: BucketServer, scale: float, expected: int
) -> None:
    reference = shelf.add_photo()

    page = open_post(f"{WORDS}\n\n![Gull]({reference})", 390, 844, scale)

    assert loaded(page)[0].get_attribute("src") != page.evaluate(FILES)[0]
    assert len([r for r in bucket.received if r.method == "GET"]) == 1
    assert chosen(page) == [expected]


@pytest.mark.parametrize(("scale", "expected"), [(1, 960), (2, 2400)])
def test_a_desk_loads_what_its_window_shows(
    shelf: Shelf, open_post: Opener, scale: float, expected: int
) -> None:
    page = open_post(f"{WORDS}\n\n![Gull]({shelf.add_photo()})", 1280, 800, scale)

    assert chosen(page) == [expected]


def test_the_newest_type_is_taken(shelf: Shelf, open_post: Opener) -> None:
    reference = shelf.add_photo(types=("image/webp", "image/avif"))

    page = open_post(f"![Gull]({reference})", 390, 844)

    assert page.evaluate(FILES)[0].endswith(".avif")
    assert chosen(page) == [480]


@pytest.mark.parametrize(
    ("width", "height"), [(320, 640), (390, 844), (600, 900), (844, 390), (1024, 768), (1920, 1080)]
)
def test_html_says_how_wide_pictures_are_shown(
    shelf: Shelf, open_post: Opener, width: int, height: int
) -> None:
    broad = [shelf.add_photo(2400, 1600, seed=seed) for seed in range(3)]
    upright, small = shelf.add_photo(1600, 2400), shelf.add_photo(700, 700)
    body = f"""![]({broad[0]})\n\n![]({upright} "Tower")\n\n![]({small})\n\n![]({upright})
![]({broad[0]})\n\n![]({broad[0]})\n![]({broad[1]})\n![]({broad[2]})\n
{WORDS} ![]({broad[1]}) {WORDS}\n\n> - ![]({broad[2]})\n>\n>     ![]({upright})"""

    page = open_post(body, width, height)

    for image in loaded(page):
        promised, shown = image.evaluate(PROMISED_AND_SHOWN)
        place = f"{image.evaluate('i => i.parentElement.parentElement.outerHTML')[:60]} {shown}"
        is_indented = image.evaluate("i => i.closest('blockquote') !== null")
        assert shown * 0.97 <= promised <= shown * (1.5 if is_indented else 1.12) + 8, place


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_nothing_moves_when_pictures_come(
    shelf: Shelf, open_post: Opener, width: int, height: int
) -> None:
    one, two = shelf.add_photo(), shelf.add_photo(1600, 2400)
    still = replace(drawn(640, 360, "image/webp"), role="poster")
    video = shelf.add(replace(named(1280, 720, "video/mp4")), [still], kind="video")
    body = f"""![]({one} "By the sea")\n\n{WORDS}\n\n![]({two})\n\n{WORDS} ![]({one}) {WORDS}\n
![]({one})\n![]({two} "A tower")\n![]({one})\n![]({two})\n\n{WORDS}\n
![]({video} "At high tide")\n\n{WORDS}\n\n<figure><img src="{two}"></figure>\n\n{WORDS}"""
    held: list[Route] = []

    page = open_post(body, width, height, before=lambda page: hold(page, held))
    page.wait_for_timeout(100)
    before = page.evaluate(PLACES)
    for block in page.locator(".prose > *").all():
        block.scroll_into_view_if_needed()
        page.wait_for_timeout(100)
        while held:
            held.pop().continue_()
        for image in block.locator("img").all():
            expect(image).to_have_js_property("complete", True)
            assert image.evaluate("i => i.naturalWidth > 0")

    page.wait_for_timeout(100)
    assert page.evaluate(PLACES) == before
    assert page.evaluate("window.shifts") == []


def hold(page: Page, held: list[Route]) -> None:
    """What comes from the bucket waits, while every shift of the layout is noted."""
    page.add_init_script(WATCH_SHIFTS)
    page.route("**/blog-media/**", lambda route: held.append(route))


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (1280, 800)])
def test_pictures_are_shown_whole_and_neighbours_level(
    shelf: Shelf, open_post: Opener, width: int, height: int
) -> None:
    shapes = [(2400, 1600), (1600, 2400), (1000, 2000), (900, 900), (2000, 500)]
    references = [shelf.add_photo(*shape, seed=seed) for seed, shape in enumerate(shapes)]
    alone = "\n\n".join(f"![]({reference})" for reference in references)
    together = "\n".join(f"![]({reference})" for reference in references)

    page = open_post(f"{alone}\n\n{together}\n\n- {WORDS}\n\n    {together}", width, height)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for image, (own_width, own_height) in zip(loaded(page), shapes, strict=False):
        box = image.bounding_box()
        assert box
        assert box["height"] <= 0.93 * height
        assert box["width"] / box["height"] == pytest.approx(own_width / own_height, rel=0.02)
        assert box["x"] + box["width"] / 2 == pytest.approx(width / 2, abs=1)
        link = image.locator("xpath=ancestor::a").bounding_box()
        assert link
        assert link["width"] == pytest.approx(box["width"], abs=1)
    for row in page.locator(".gallery-row").all():
        boxes = [image.bounding_box() for image in row.locator("img").all()]
        for one, other in itertools.pairwise(boxes):
            assert one
            assert other
            if one["y"] == other["y"]:  # on one line
                assert one["height"] == pytest.approx(other["height"], abs=1)


def test_the_keyboard_leads_to_the_largest_file(shelf: Shelf, open_post: Opener) -> None:
    page = open_post(f"{WORDS}\n\n![A gull]({shelf.add_photo()})")
    link = page.get_by_role("link", name="A gull")

    page.locator(".site-nav a").last.focus()
    page.keyboard.press("Tab")

    expect(link).to_be_focused()
    assert link.evaluate("a => getComputedStyle(a).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/media/[0-9a-f]{64}\.webp$"))
    assert page.locator("img").evaluate("i => i.naturalWidth") == 2400
