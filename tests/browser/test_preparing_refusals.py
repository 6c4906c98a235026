"""What cannot be prepared, and what happens to the pictures that come after it."""

import base64
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from blog.config import ROOT
from tests import photos
from tests.browser.preparing import prepare, problem

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + struct.pack(">I4s", 16, b"meta") + bytes(8)


@pytest.mark.parametrize(
    ("content", "name", "details"),
    [
        (b"", "empty", {}),
        (photos.jpeg()[:-200], "broken", {}),
        (photos.png()[:-20], "broken", {}),
        (photos.webp()[:-20], "broken", {}),
        (photos.gif()[:-20], "broken", {}),
        (photos.avif()[:-20], "broken", {}),
        (photos.bmp()[:-20], "broken", {}),
        (photos.png().replace(b"IDAT", b"iDAT"), "broken", {}),
        (b"\xff\xd8\xff\xe1", "broken", {}),
        (b"\x89PNG\r\n\x1a\n\0", "broken", {}),
        (b"RIFF\x04\0\0\0WEBP", "broken", {}),
        (b"GIF89a\1", "broken", {}),
        (photos.damaged_jpeg(), "grey", {}),
        (photos.damaged_jpeg(orientation=6), "grey", {}),
        (HEIC, "heic", {"found": "heic"}),
        (b"%PDF-1.7", "type", {"found": "a PDF"}),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2" + bytes(64), "type", {"found": "a video"}),
        (photos.animation("AVIF"), "type", {"found": "an AVIF animation"}),
    ],
)
def test_what_cannot_be_taken_has_a_name(
    admin: Page, content: bytes, name: str, details: dict[str, str]
) -> None:
    found, told = problem(admin, content)

    assert found == name
    if name != "heic":
        assert told == details


def with_size(content: bytes, at: int, size: bytes) -> bytes:
    return content[:at] + size + content[at + len(size) :]


FRAME = photos.jpeg().index(b"\xff\xc0") + 5
ABSURD = {
    "jpeg": with_size(photos.jpeg(), FRAME, struct.pack(">HH", 60_000, 60_000)),
    "png": with_size(photos.png(), 16, struct.pack(">II", 60_000, 60_000)),
    "gif": with_size(photos.gif(), 6, struct.pack("<HH", 60_000, 60_000)),
    "bmp": with_size(photos.bmp(), 18, struct.pack("<ii", 60_000, -60_000)),
}


@pytest.mark.parametrize("content", ABSURD.values(), ids=ABSURD)
def test_an_absurd_size_is_refused_before_anything_is_decoded(admin: Page, content: bytes) -> None:
    assert problem(admin, content) == ("huge", {"width": "60000", "height": "60000"})


def test_a_photo_that_only_looks_damaged_is_taken_when_the_author_has_seen_it(
    admin: Page,
) -> None:
    assert prepare(admin, photos.damaged_jpeg(), is_seen=True).main.width == 400


def test_a_file_that_is_too_large_is_not_read(admin: Page) -> None:
    told = admin.evaluate("""async () => {
      const { Preparer } = await import("/static/js/prepare/preparer.js");
      const file = new Blob([new Uint8Array(50_000_001)]);
      const preparing = new Preparer().prepare(file, { name: "a.jpg" });
      return preparing.catch(({ name, details }) => [name, details]);
    }""")

    assert told == ["large", {"limit": "50 MB"}]


GIVE_UP = """async ([encoded, given]) => {
  const { Preparer } = await import("/static/js/prepare/preparer.js");
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const preparer = new Preparer();
  const aborts = [0, 1, 2, 3].map(() => new AbortController());
  if (given === "before") aborts[0].abort();
  const told = aborts.map(({ signal }, index) =>
    preparer.prepare(new Blob([bytes]), { name: `${index}.jpg`, signal })
      .then(({ name }) => name, ({ name }) => name));
  aborts[2].abort(); // waits for the others
  if (given === "meanwhile") setTimeout(() => aborts[0].abort(), 200);
  return Promise.all(told);
}"""


@pytest.mark.parametrize("given", ["before", "meanwhile"])
def test_one_that_is_given_up_does_not_stop_the_others(admin: Page, given: str) -> None:
    large = base64.b64encode(photos.jpeg(6000, 4000)).decode()

    told = admin.evaluate(GIVE_UP, [large, given])

    assert told == ["AbortError", "1.webp", "AbortError", "3.webp"]


def test_a_worker_that_dies_costs_one_picture(admin: Page) -> None:
    dying = (
        "postMessage({ isReady: true }); addEventListener('message', () => { throw new Error(); });"
    )
    admin.route("**/prepare/worker.js", lambda route: fulfill(route, dying))
    assert problem(admin, photos.jpeg()) == ("memory", {})

    admin.unroute("**/prepare/worker.js")

    assert prepare(admin, photos.jpeg()).name == "beach.webp"


def test_a_worker_that_cannot_be_loaded_is_told_as_that(admin: Page) -> None:
    admin.route("**/prepare/worker.js", lambda route: route.abort())
    assert problem(admin, photos.jpeg()) == ("server", {})

    admin.unroute("**/prepare/worker.js")

    assert prepare(admin, photos.jpeg()).name == "beach.webp"


def test_a_codec_that_cannot_be_loaded_is_told_as_that(admin: Page) -> None:
    admin.route("**/vendor/pica/*", lambda route: route.abort())
    assert problem(admin, photos.jpeg(600, 400)) == ("server", {})

    admin.unroute("**/vendor/pica/*")

    assert prepare(admin, photos.jpeg()).name == "beach.webp"


NOISE = """
const getImageData = OffscreenCanvasRenderingContext2D.prototype.getImageData;
OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...area) {
  const image = getImageData.apply(this, area);
  for (let at = 0; at < image.data.length; at += 1) image.data[at] = Math.random() * 256;
  return image;
};
"""


def test_a_browser_that_hides_canvases_makes_no_noise_of_pictures(admin: Page) -> None:
    worker = (ROOT / "static/js/prepare/worker.js").read_text()
    admin.route("**/prepare/worker.js", lambda route: fulfill(route, NOISE + worker))

    assert problem(admin, photos.jpeg()) == ("canvas", {})
    assert prepare(admin, photos.gif(), "a.gif").kept_original


def test_a_file_that_changed_on_disk_is_told(admin: Page, tmp_path: Path) -> None:
    path = tmp_path / "beach.jpg"
    path.write_bytes(photos.jpeg())
    admin.evaluate("""() => {
      document.body.append(Object.assign(document.createElement("input"), {
        type: "file", id: "here",
      }));
    }""")
    admin.locator("#here").set_input_files(path)
    path.write_bytes(photos.jpeg(seed=1, is_grainy=True))

    told = admin.evaluate("""async () => {
      const { Preparer } = await import("/static/js/prepare/preparer.js");
      const [file] = document.getElementById("here").files;
      return new Preparer().prepare(file, { name: file.name }).catch(({ name }) => name);
    }""")

    assert told == "changed"


def fulfill(route: Route, script: str) -> None:
    route.fulfill(body=script, content_type="text/javascript")
