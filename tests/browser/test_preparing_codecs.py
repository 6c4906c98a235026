"""Which encoders are loaded, and when: the browser's own first, WebAssembly where it must be."""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import Page, Route

from blog.config import ROOT
from tests import photos
from tests.browser.preparing import PreparedFile, prepare, prepared_file
from tests.browser.test_preparing import assert_same_pixels, assert_upright, corners

# As in a browser that encodes no WebP, whose canvases answer with a PNG: HTML, 4.12.5.1.8.
WITHOUT_WEBP = """
const convertToBlob = OffscreenCanvas.prototype.convertToBlob;
OffscreenCanvas.prototype.convertToBlob = function (options) {
  const isWebp = options?.type === "image/webp";
  return convertToBlob.call(this, isWebp ? { ...options, type: "image/png" } : options);
};
"""
WORKER = (ROOT / "static/js/prepare/worker.js").read_text()


@pytest.fixture
def without_webp(admin: Page) -> Page:
    def fulfill(route: Route) -> None:
        # The worker is governed by the policy that comes with it.
        headers = route.fetch().headers
        route.fulfill(body=WITHOUT_WEBP + WORKER, headers=headers)

    admin.route("**/prepare/worker.js", fulfill)
    return admin


def requested(page: Page) -> list[str]:
    """The paths that the page and its workers ask for, from now on."""
    paths: list[str] = []
    page.on("request", lambda request: paths.append(request.url.split("/static/")[-1]))
    return paths


def test_nothing_is_loaded_before_a_picture_is_dropped(editor: Page) -> None:
    paths = requested(editor)
    editor.reload()
    editor.evaluate("""async () => {
      const { Preparer } = await import("/static/js/prepare/preparer.js");
      globalThis.preparer = new Preparer();
    }""")
    assert not [path for path in paths if "worker" in path or "vendor" in path]

    prepare(editor, photos.jpeg(600, 400))

    assert "js/prepare/worker.js" in paths
    vendored = [path for path in paths if path.startswith("vendor/")]
    assert vendored == ["vendor/pica/pica.min.mjs"]


def test_a_browser_without_webp_gets_an_encoder(without_webp: Page) -> None:
    paths = requested(without_webp)

    prepared = prepare(without_webp, photos.jpeg(3000, 2000, is_grainy=True))

    assert "vendor/jsquash-webp/webp_enc_simd.wasm" in paths
    assert len(prepared.files) == 4
    assert {file.content_type for file in prepared.files} == {"image/webp"}
    assert {file.image.format for file in prepared.files} == {"WEBP"}
    assert_upright(prepared.main.image, tolerance=100)


def test_that_encoder_keeps_transparency_and_drawings(without_webp: Page) -> None:
    drawing = photos.patterned_png(2000, 1500)
    see_through = photos.see_through_png(1400, 900, is_grainy=True)

    drawn = prepare(without_webp, drawing, "a.png").main.image
    image = prepare(without_webp, see_through, "b.png").main.image.convert("RGBA")

    assert_same_pixels(drawn, Image.open(io.BytesIO(drawing)))
    alphas = [image.getchannel("A").getpixel(corner) for corner in corners(*image.size)]
    assert alphas == [255, 128, 0, 0]


def test_where_webp_is_impossible_photos_become_jpegs(without_webp: Page) -> None:
    without_webp.route("**/*.wasm", lambda route: route.abort())

    photo = prepare(without_webp, photos.jpeg(3000, 2000, is_grainy=True), "a.heic")
    see_through = prepare(without_webp, photos.see_through_png(2600, 900), "b.gif")

    assert photo.name == "a.jpg"
    assert {file.image.format for file in photo.files} == {"JPEG"}
    assert len(photo.files) == 4
    assert see_through.name == "b.png"
    assert see_through.main.image.convert("RGBA").getpixel((2000, 800)) == (0, 0, 0, 0)


AVIF = """async ([encoded, sizes, isGivenUp]) => {
  const { Preparer } = await import("/static/js/prepare/preparer.js");
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const preparer = new Preparer();
  const abort = new AbortController();
  const main = new Blob([bytes], { type: "image/webp" });
  const making = preparer.makeAvif(main, sizes, { signal: abort.signal });
  if (isGivenUp) setTimeout(() => abort.abort(), 100);
  try {
    return await Promise.all((await making).map(async (file) => ({
      ...file,
      blob: btoa(String.fromCharCode(...new Uint8Array(await file.blob.arrayBuffer()))),
    })));
  } catch (error) {
    const { files } = await preparer.prepare(main, { name: "a.webp" });
    return [error.name, files.length];
  }
}"""


def test_avif_is_made_in_the_sizes_that_are_asked_for(admin: Page) -> None:
    sizes = [{"width": 480, "height": 320}, {"width": 600, "height": 400}]
    paths = requested(admin)

    answer = admin.evaluate(AVIF, [encoded(photos.webp(600, 400)), sizes, False])
    files: list[PreparedFile] = [prepared_file(file) for file in answer]

    assert "vendor/jsquash-avif/avif_enc.wasm" in paths
    assert [(file.width, file.height) for file in files] == [(480, 320), (600, 400)]
    for file in files:
        assert (file.role, file.content_type) == ("variant", "image/avif")
        assert file.image.format == "AVIF"
        assert file.image.size == (file.width, file.height)
        assert_upright(file.image)


def test_avif_can_be_given_up(admin: Page) -> None:
    sizes = [{"width": 2400, "height": 1600}]

    answer = admin.evaluate(AVIF, [encoded(photos.webp(2400, 1600)), sizes, True])

    assert answer[0] == "AbortError"
    assert answer[1] > 1


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
