"""What readers get: pages, feeds, the sitemap."""

import xml.etree.ElementTree as ET

import feedparser
import pytest
from flask import Flask

from tests.pages import Visitor
from tests.posts.test_writing import POST, write

ATOM = "{http://www.w3.org/2005/Atom}"


def test_an_empty_blog_says_so(reader: Visitor) -> None:
    assert "Nothing published yet" in reader.get("/").text
    assert feedparser.parse(reader.get("/feed.xml").response.data).entries == []


def test_home_has_pages_newest_first(author: Visitor, reader: Visitor) -> None:
    for number in range(11):
        write(author, button="publish", title=f"Post number {number}")

    first, second = reader.get("/"), reader.get("/page/2")
    assert first.text.index("Post number 10") < first.text.index("Post number 9")
    assert "Post number 0" in second.text
    assert "/page/2" in first.text
    assert reader.get("/page/1", status=301).location == "/"
    for nowhere in ("/page/3", "/page/0", "/page/-1", "/page/99999999999999999999", "/page/x"):
        reader.get(nowhere, status=404)


def test_a_post_tells_machines_what_it_is(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish", excerpt="About a walk.")

    page = reader.get("/posts/a-walk-by-the-sea")
    address = "http://blog.test/posts/a-walk-by-the-sea"
    assert page.all("link", rel="canonical")[0]["href"] == address
    assert page.all("meta", name="description")[0]["content"] == "About a walk."
    assert page.all("meta", property="og:url")[0]["content"] == address


def test_an_unchanged_page_is_not_sent_again(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish")
    etag = reader.get("/").response.headers["ETag"]

    again = reader.get("/", status=304, headers={"If-None-Match": etag})

    assert again.response.data == b""
    write(author, button="publish", title="Another")
    reader.get("/", headers={"If-None-Match": etag})


def test_the_feed_is_whole_and_absolute(author: Visitor, reader: Visitor) -> None:
    body = 'First.\n\n[About](/about) and [below](#fn)\n\n    <a href="/x">\n\n## Ünder\n\nLast.'
    write(author, button="publish", body=body, title="A & B <i>")

    page = reader.get("/feed.xml")
    feed = feedparser.parse(page.response.data)

    assert page.response.mimetype == "application/atom+xml"
    assert not feed.bozo
    [entry] = feed.entries
    assert entry.title_detail.value in ("A & B <i>", "A &amp; B &lt;i&gt;")
    assert entry.link == "http://blog.test/posts/a-b-i"
    assert entry.author == "Ada Lovelace"
    assert {tag.term for tag in entry.tags} == {"Sea", "Walks"}
    content = ET.fromstring(page.response.data).findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert 'href="http://blog.test/about"' in content
    assert 'href="http://blog.test/posts/a-b-i#fn"' in content
    assert '&lt;a href="/x"&gt;' in content
    assert "Last." in content


@pytest.mark.parametrize("address", ["//[", "//ex℀mple/", "http://[::1", "java&#1;script:alert(1)"])
def test_one_odd_link_does_not_take_the_feed_away(
    author: Visitor, reader: Visitor, address: str
) -> None:
    write(author, button="publish", body=f"[odd]({address}) and [sound](/about)")

    for path in ("/feed.xml", "/posts/a-walk-by-the-sea"):
        page = reader.get(path)
        assert "/about" in page.text
        assert 'href="javascript:' not in page.text
        assert "href=&#34;javascript:" not in page.text


def test_the_feed_has_what_atom_requires(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish")

    root = ET.fromstring(reader.get("/feed.xml").response.data)

    for parent in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):  # RFC 4287, 4.1.1 and 4.1.2
            assert parent.findtext(f"{ATOM}{name}"), name
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://blog.test/feed.xml"


def test_a_feed_id_outlives_its_address(author: Visitor, reader: Visitor) -> None:
    path = write(author, button="publish").location
    before = feedparser.parse(reader.get("/feed.xml").response.data).entries[0].id

    author.submit(author.get(path), {**POST, "slug": "elsewhere", "update": "1"}, status=302)

    [entry] = feedparser.parse(reader.get("/feed.xml").response.data).entries
    assert entry.id == before
    assert entry.link.endswith("/elsewhere")


def test_a_tag_has_a_feed_of_its_own(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish")
    write(author, button="publish", title="Inland", tags="Hills")

    feed = feedparser.parse(reader.get("/tags/sea/feed.xml").response.data)

    assert [entry.title for entry in feed.entries] == ["A walk by the sea"]
    reader.get("/tags/nowhere/feed.xml", status=404)


def test_the_sitemap_names_what_is_published(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish", title="日本")
    write(author, title="A draft")

    root = ET.fromstring(reader.get("/sitemap.xml").response.data)

    locations = [element.text for element in root.iter() if element.tag.endswith("loc")]
    assert locations == [
        "http://blog.test/",
        "http://blog.test/posts/%E6%97%A5%E6%9C%AC",
        "http://blog.test/tags/sea",
        "http://blog.test/tags/walks",
    ]


def test_robots_are_told_where_the_sitemap_is(reader: Visitor) -> None:
    assert "Sitemap: http://blog.test/sitemap.xml" in reader.get("/robots.txt").text


@pytest.mark.parametrize("path", ["/", "/posts/a-walk-by-the-sea", "/feed.xml", "/sitemap.xml"])
def test_our_addresses_never_come_from_the_request(
    app: Flask, author: Visitor, reader: Visitor, path: str
) -> None:
    write(author, button="publish")

    # A name that the blog answers under, but not the one of SITE_URL.
    page = reader.get(path, headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"})

    assert "evil.example" not in page.text
    assert "localhost" not in page.text


def test_pages_load_nothing_from_elsewhere(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish")

    page = reader.get("/posts/a-walk-by-the-sea")

    assert "default-src 'self'" in page.response.headers["Content-Security-Policy"]
    sources = [e.get("src") or e.get("href") for t, e in page.elements if t in ("script", "link")]
    for source in sources:
        assert source is not None
        assert source.startswith(("/", "http://blog.test/"))
    for sheet in page.all("link", rel="stylesheet"):
        answer = reader.get(str(sheet["href"])).response
        assert "immutable" in answer.headers["Cache-Control"]
        answer.close()
