"""A video of 300 MB in parts: a closed tab, the same file again, and no part sent twice."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from blog.accounts.models import User
from blog.config import Settings
from blog.local.server import BucketServer
from blog.media.parts import part_count
from tests import videos
from tests.browser.conftest import sign_in
from tests.browser.stored import parts_sent
from tests.browser.uploads import expect_arrived, row

SIZE = 300_000_000  # bytes
MINUTES = 4 * 60  # seconds; it is hashed twice on a machine that has more to do


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, upload_method=getattr(request, "param", "post"))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "harbour.mp4"
    return videos.padded(videos.mp4(2, 320, 240, location="loci"), SIZE, path, seed=1)


class Barrier:
    """Lets so many parts through to the bucket; those after them wait for ever."""

    def __init__(self, page: Page, bucket: BucketServer, most: int) -> None:
        self.through = 0
        self.most = most
        page.route(f"{bucket.url}/**", self.decide)

    def decide(self, route: Route) -> None:
        if "partNumber=" in route.request.url and route.request.method == "PUT":
            self.through += 1
            if self.through > self.most:
                return
        route.continue_()


@pytest.mark.parametrize("settings", ["post", "put"], indirect=True)
def test_a_closed_tab_costs_no_part_that_had_arrived(
    page: Page, ada: User, context: BrowserContext, bucket: BucketServer, film: Path
) -> None:
    sign_in(page, ada)
    page.goto("/admin/posts/new")
    Barrier(page, bucket, most=5)
    drop(page, film)
    wait_for_parts(page, bucket, 5)
    page.close()
    before = parts_sent(bucket)

    again = context.new_page()
    again.goto("/admin/posts/new")
    waiting = row(again, "harbour.mp4")
    expect(waiting).to_contain_text("Drop the same file again")
    drop(again, film)
    expect_arrived(waiting, seconds=MINUTES)

    sent = parts_sent(bucket)
    assert set(before) <= set(sent)
    assert sent == {str(number): 1 for number in range(1, part_count(SIZE) + 1)}
    expect(waiting).to_contain_text("The place where it was taken was removed")
    play(again)


def test_pausing_keeps_what_has_arrived(
    page: Page, ada: User, bucket: BucketServer, film: Path
) -> None:
    sign_in(page, ada)
    page.goto("/admin/media/")
    Barrier(page, bucket, most=4)
    item = drop(page, film)
    wait_for_parts(page, bucket, 4)

    item.get_by_role("button", name="Pause").click()
    expect(item).to_contain_text(re.compile(r"Paused\. 1\d\d(\.\d)? MB of 300 MB"))
    page.unroute(f"{bucket.url}/**")
    item.get_by_role("button", name="Go on").click()

    expect_arrived(item, seconds=MINUTES)
    assert set(parts_sent(bucket).values()) == {1}


def test_cancelling_ends_it_in_the_bucket_too(
    page: Page, ada: User, bucket: BucketServer, film: Path
) -> None:
    sign_in(page, ada)
    page.goto("/admin/media/")
    Barrier(page, bucket, most=1)
    item = drop(page, film)
    wait_for_parts(page, bucket, 1)

    with page.expect_response(re.compile("/cancellation$")) as answer:
        item.get_by_role("button", name="Cancel").click()

    assert answer.value.status == 204
    aborted = [r for r in bucket.received if r.method == "DELETE" and "uploadId=" in r.path]
    assert [request.status for request in aborted] == [204]


def drop(page: Page, film: Path) -> Locator:
    page.get_by_label("Add images or video").set_input_files(film)
    return row(page, film.name)


def wait_for_parts(page: Page, bucket: BucketServer, count: int) -> None:
    for _ in range(10 * MINUTES):
        if sum(parts_sent(bucket).values()) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{parts_sent(bucket)} of {count} parts")


def play(page: Page) -> None:
    page.get_by_label("Title").fill("A film")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("button", name="Unpublish")).to_be_visible()
    page.goto("/posts/a-film")
    video = page.locator("video")
    expect(video).to_have_attribute("poster", re.compile(r"/media/[0-9a-f]{64}\.webp$"))
    assert (video.get_attribute("width"), video.get_attribute("height")) == ("320", "240")
    page.wait_for_function("document.querySelector('video').readyState >= 1")
