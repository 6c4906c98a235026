"""What uploads look like from outside: choosing, dropping, waiting for the row to arrive."""

import base64
import re

from playwright.sync_api import Locator, Page, Route, expect

from blog.local.server import BucketServer

IN_TEXT = re.compile(r"!\[[^\]]*\]\(media:[0-9a-f]{12}\)")

# Makes a DataTransfer with files in it, as the desktop or the clipboard would hand it over.
HAND_OVER = """([target, type, files]) => {
  const transfer = new DataTransfer();
  for (const [name, kind, encoded] of files) {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: kind }));
  }
  const options = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent(type, { ...options, clipboardData: transfer })
    : new DragEvent(type, { ...options, dataTransfer: transfer });
  document.querySelector(target).dispatchEvent(event);
}"""


# How many uploads the browser keeps for the case that the page goes away.
KEPT = """() => new Promise((resolve) => {
  const request = indexedDB.open("uploads", 1);
  request.onsuccess = () => {
    const asked = request.result.transaction("jobs").objectStore("jobs").getAll();
    asked.onsuccess = () => {
      request.result.close();
      resolve(asked.result.filter((record) => !record.finishedAt).length);
    };
  };
})"""


def choose(
    page: Page, content: bytes, name: str = "beach.jpg", kind: str = "image/jpeg"
) -> Locator:
    """Chooses the file with the button; its row among the uploads."""
    page.get_by_label("Add images or video").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )
    return row(page, name)


def hand_over(page: Page, target: str, event: str, *files: tuple[str, bytes]) -> None:
    encoded = [[name, "image/jpeg", base64.b64encode(content).decode()] for name, content in files]
    page.evaluate(HAND_OVER, [target, event, encoded])


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Uploads").get_by_role("listitem").filter(has_text=name)


def expect_arrived(item: Locator, *, seconds: float = 30) -> None:
    bar = item.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=1000 * seconds)


class Held:
    """Requests to the bucket that wait until the test lets them go."""

    def __init__(self, page: Page, bucket: BucketServer) -> None:
        self.page = page
        self.routes: list[Route] = []
        page.route(f"{bucket.url}/**", lambda route: self.routes.append(route))

    def first(self) -> Route:
        for _ in range(400):
            if self.routes:
                return self.routes[0]
            self.page.wait_for_timeout(25)
        raise AssertionError("no request to the bucket")

    def release_next(self) -> None:
        self.first().continue_()
        del self.routes[0]


def posts_to(bucket: BucketServer) -> int:
    return sum(request.method == "POST" for request in bucket.received)
