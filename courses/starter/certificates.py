"""Certificates of the demonstration: templates with a seal that says it is a specimen, a class, and one taken back."""

import io
import math
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import freeze, now
from academy.db import db
from academy.printing.glyphs import FONTS
from courses.certificates.models import Certificate, CertificateBatch, CertificateTemplate
from courses.certificates.rules.numbers import DEFAULT
from courses.certificates.rules.wording import DEFAULTS, TITLES
from courses.certificates.services import batches, templates
from courses.certificates.services.revoking import revoke
from courses.certificates.services.templates import TemplateValues
from courses.starter.reading import HOME, read_yaml

FILE = HOME / "demo" / "certificates.yaml"
RED = (200, 32, 38, 215)
PIXELS = 640
INVITED_DAYS_AGO = 10


def load_templates(owner: Person) -> int:
    """Make the templates that are not there yet; return how many came."""
    facts = read_yaml(FILE)
    missing = [one for one in facts["templates"] if not _template(one["name"])]
    if not missing:
        return 0
    seal = templates.store_seal(io.BytesIO(specimen_seal(facts["seal"])), owner)
    for one in missing:
        values = TemplateValues(
            title=TITLES[one["kind"]][0],
            title_en=TITLES[one["kind"]][1],
            body=DEFAULTS[one["kind"]][0],
            body_en=DEFAULTS[one["kind"]][1],
            signatory=facts["signatory"],
            signatory_en=facts["signatory_en"],
            series=one["series"],
            pattern=DEFAULT,
            validity_months=None,
            seal_file_id=seal.id,
        )
        templates.add_template(one["kind"], one["name"], values, owner, is_default=one["kind"] == "course")
    return len(missing)


def load_certificates(owner: Person) -> int:
    """Issue the certificates of the class, and take one of a course back; return how many certificates there are."""
    facts = read_yaml(FILE)
    if db.session.scalar(select(CertificateBatch.id).limit(1)) is None:
        with freeze(now() - timedelta(days=INVITED_DAYS_AGO)):
            _class(facts["class"], owner)
        _take_back(facts["revoked"], owner)
    return len(list(db.session.scalars(select(Certificate.id))))


def specimen_seal(words: str) -> bytes:
    """Return the picture of a round seal with `words` along its edge, as a PNG with transparent ground."""
    picture = Image.new("RGBA", (PIXELS, PIXELS), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    middle = PIXELS / 2
    draw.ellipse((12, 12, PIXELS - 12, PIXELS - 12), outline=RED, width=16)
    points = []
    for corner in range(10):
        reach = 84 if corner % 2 == 0 else 33
        angle = math.pi * corner / 5 - math.pi / 2
        points.append((middle + reach * math.cos(angle), middle + reach * math.sin(angle)))
    draw.polygon(points, fill=RED)
    font = ImageFont.truetype(str(FONTS / "NotoSerifCJKsc-Bold.otf"), 72)
    step = min(30.0, 240.0 / max(len(words) - 1, 1))
    for place, character in enumerate(words):
        turn = (place - (len(words) - 1) / 2) * step
        tile = Image.new("RGBA", (PIXELS, PIXELS), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((middle, 80), character, font=font, fill=RED, anchor="mm")
        picture.alpha_composite(tile.rotate(-turn, resample=Image.Resampling.BICUBIC))
    stream = io.BytesIO()
    picture.save(stream, format="PNG")
    return stream.getvalue()


def _template(name: str) -> CertificateTemplate | None:
    return db.session.scalar(select(CertificateTemplate).where(CertificateTemplate.name == name))


def _class(facts: dict[str, Any], owner: Person) -> None:
    template = db.session.scalars(select(CertificateTemplate).where(CertificateTemplate.kind == "class")).first()
    people = list(db.session.scalars(select(Person.id).where(Person.username.in_(facts["people"])).order_by(Person.id)))
    if template is None or not people:
        return
    ends = now().date() - timedelta(days=1)
    days = (ends - timedelta(days=4)).isoformat(), ends.isoformat()
    batch = CertificateBatch(
        kind="class",
        label=facts["name"],
        source_key=batches.class_key(facts["name"], *days),
        version_id=templates.current_version(template.id).id,
        facts={
            "class": facts["name"],
            "class_en": facts["name_en"],
            "starts_on": days[0],
            "ends_on": days[1],
            "hours_hundredths": facts["hours_hundredths"],
        },
        recipients=people,
        created_by_id=owner.id,
    )
    db.session.add(batch)
    db.session.flush()
    batches.run_batch(batch, lambda done, total: None)


def _take_back(facts: dict[str, Any], owner: Person) -> None:
    holder = select(Person.id).where(Person.username == facts["username"]).scalar_subquery()
    query = select(Certificate).where(Certificate.person_id == holder, Certificate.kind == "course")
    found = db.session.scalars(query.order_by(Certificate.id)).first()
    if found is not None:
        revoke(found, facts["reason"], facts["note"], owner)
