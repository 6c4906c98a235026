"""Origins as browsers write them, and what cannot be an address."""

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def origin_of(url: str) -> str:
    """Scheme, host and port as browsers write them in `Origin`, which S3 compares by letter.

    Small letters, and no port where it is the usual one (RFC 6454, section 6). For addresses in
    which `fault_of` finds nothing.
    """
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, usual) else f":{parts.port}")


def is_loopback(url: str) -> bool:
    """Whether nobody but this machine gets there."""
    return urlsplit(url).hostname in LOOPBACK


def why_no_name_before(bucket: str, endpoint_url: str | None) -> str | None:
    """What keeps a bucket's name from standing before the store's, as virtual addressing has it;
    boto3 falls back to paths then and tells nobody, but pages may send to one address alone."""
    parts = urlsplit(endpoint_url or "https://s3.amazonaws.com")
    if ":" in (host := parts.hostname or "") or host.replace(".", "").isdecimal():
        return "no name can stand before an IP address"
    if parts.scheme == "https" and "." in bucket:
        return "no certificate holds for a bucket's name with a dot before the store's"
    return None


def fault_of(url: str) -> str | None:
    """What is wrong with an address that looks like one: its port, or an IPv6 address."""
    try:
        port = urlsplit(url).port
    except ValueError as error:
        is_port = "port" in str(error).lower()
        return "a port is 65535 at most" if is_port else "what is in brackets is no IPv6 address"
    return "a port is 1 at least" if port == 0 else None
