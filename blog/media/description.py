"""Words for a writer about what a file really is, by its first bytes."""

import re

VIDEO_BRANDS = rb"qt  |isom|iso[2-9]|mp4[12v]|avc1|M4V |3g[2gp].|dash|MSNV|f4v "
HEIF_BRANDS = rb"hei[cmsx]|hev[cmsx]|mi[fa]1|msf1"
LOOKS = [
    (rb"\xff\xd8\xff", "a JPEG picture"),
    (rb"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (rb"RIFF.{4}WEBP", "a WebP picture"),
    (rb"GIF8[79]a", "a GIF picture"),
    (rb".{4}ftyp(?:.{4}){0,12}?avi[fs]", "an AVIF picture"),
    (rb".{4}ftyp(?:" + HEIF_BRANDS + rb")", "a HEIC photo"),
    (rb".{4}ftyp(?:" + VIDEO_BRANDS + rb")", "a video"),
    (rb".{4}(?:moov|mdat|wide)|\x1aE\xdf\xa3|RIFF.{4}AVI |\0\0\x01[\xb3\xba]|FLV\x01", "a video"),
    (rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "a TIFF"),
    (rb"BM.{4}\0\0\0\0", "a BMP picture"),
    (rb"8BPS", "a Photoshop file"),
    (rb"%PDF-", "a PDF"),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "a ZIP archive"),
]
MARKUP = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>|<!doctype\s+svg.*?>)*<(svg\b)?", re.DOTALL | re.I)
HTML = re.compile(r"<(?:!doctype\s+html|(?:html|head|body|title|script|meta|div|p|a|h1)\b)", re.I)


def describe(head: bytes) -> str:
    """Words for a writer about what these bytes really are, with their article."""
    if not head:
        return "empty"
    for look, words in LOOKS:
        if re.match(look, head, re.DOTALL):
            return words
    text = _decoded(head[:4096])
    if text is None:
        return "not a picture or video that we know"
    opening = MARKUP.match(text)
    if opening and opening[1]:
        return "an SVG drawing"
    if opening and HTML.match(text, opening.end() - 1):
        return "an HTML page"
    return "text"


def _decoded(start: bytes) -> str | None:
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = start.decode("utf-16" if utf16 else "utf-8", "replace").removeprefix("\ufeff")
    cut = text[:-1] if len(start) == 4096 or text.endswith("\ufffd") else text
    return None if re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]", cut) else text
