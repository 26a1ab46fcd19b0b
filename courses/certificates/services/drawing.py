"""The PDF of a certificate, made from what was written down when it was issued: always the same bytes."""

from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno

from academy.files import storage
from academy.i18n import _, using
from academy.printing import typeset
from courses.certificates.models import Certificate
from courses.certificates.rules.codes import shown
from courses.certificates.services.address import public_url, site_address
from courses.certificates.services.occasions import say_day

FOLDER = Path(__file__).parent.parent / "print"
LOCALES = ("zh", "en")
SEAL = "seal.png"


def certificate_pdf(certificate: Certificate, locale: str, address: str = "") -> bytes:
    """Return the certificate in a language, with a QR code that leads to its public page.

    `address` is used where no fixed address was set when it was issued; without it that of this request is.
    """
    printed = certificate.printed
    seal = read_seal(printed["seal_sha256"])
    data = drawing(printed, locale, certificate.code, printed["address"] or address or site_address())
    data["number"] = certificate.number
    data["date"] = say_day(certificate.issued_on, locale)
    data["expires"] = say_day(certificate.expires_on, locale) if certificate.expires_on else ""
    created = datetime.combine(certificate.issued_on, time(), UTC)
    return draw(printed["layout"], data, seal, created)


def drawing(printed: dict[str, Any], locale: str, code: str, address: str) -> dict[str, Any]:
    """Return what the drawing needs, in one language; number, date and expiry are the caller's to add."""
    ending = "" if locale == "zh" else "_en"
    url = public_url(code, address)
    with using(locale):
        return {
            "locale": locale,
            "title": printed[f"title{ending}"],
            "body": printed[f"body{ending}"],
            "college": printed[f"college{ending}"],
            "signatory": printed[f"signatory{ending}"],
            "replaces": printed["replaces"],
            "url": url,
            "qr": qr_svg(url),
            "code": shown(code),
            "check": _("扫描二维码，或打开 %(page)s 输入核验码", page=f"{urlsplit(address).netloc}/verify"),
            "labels": {
                "number": _("证书编号："),
                "code": _("核验码："),
                "expires": _("有效期至："),
                "replaces": _("替换原证书："),
                "seal": _("学院印章"),
            },
            "specimen": "",
        }


def draw(layout: int, data: dict[str, Any], seal: bytes | None, created: datetime) -> bytes:
    """Set one certificate. The PDF is tagged for screen readers (PDF/UA-1)."""
    return typeset(
        FOLDER / f"certificate-{layout}.typ",
        {**data, "seal": SEAL if seal else ""},
        pictures={SEAL: seal} if seal else None,
        created=created,
        standard="ua-1",
    )


def qr_svg(url: str) -> str:
    """Return a QR code as an SVG picture."""
    inline = segno.make(url, error="m", micro=False).svg_inline(border=0, dark="#2b2320", scale=4)
    return inline.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@lru_cache(maxsize=16)
def _content(path: Path) -> bytes:
    return path.read_bytes()


def read_seal(sha256: str) -> bytes | None:
    """Return the picture of a seal, or None when there is none."""
    path = storage.place(sha256) if sha256 else None
    return _content(path) if path and path.exists() else None
