"""Under which address the public pages of this site are reached from outside."""

from urllib.parse import quote, urlsplit

from flask import current_app, has_request_context, request

FALLBACK = "http://127.0.0.1:8000"


def fixed_address() -> str:
    """Return the address that the operator has set, without a slash at the end, or "" when none is set."""
    return str(current_app.config["SETTINGS"].address).rstrip("/")


def site_address() -> str:
    """Return the address for links that leave the site: the one set, else the one that this request came by."""
    if fixed := fixed_address():
        return fixed
    return request.url_root.rstrip("/") if has_request_context() else FALLBACK


def public_url(code: str, address: str) -> str:
    """Return where anybody can look whether a certificate is genuine; what its QR code holds."""
    return f"{address}/c/{code}"


def did_of(address: str) -> str:
    """Return the did:web name of a site: its host, with the port escaped."""
    return "did:web:" + quote(urlsplit(address).netloc, safe="")
