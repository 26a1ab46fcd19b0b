"""What a template would look like, with people who do not exist."""

from datetime import UTC, datetime
from typing import Any

from academy.clock import now
from academy.i18n import _, using
from academy.web.filters import local_date, show_hundredths
from courses.certificates.rules.numbers import format_number
from courses.certificates.rules.wording import fill
from courses.certificates.services.drawing import draw, drawing, read_seal
from courses.certificates.services.issuing import LAYOUT, issuer
from courses.certificates.services.occasions import say_day
from courses.certificates.services.templates import TemplateValues

SAMPLES = {"short": "王芳", "long": "阿卜杜热合曼·买买提艾力江", "rare": "㛃䶮𬭎"}
SAMPLES_EN = {"short": "Wang Fang", "long": "Abdurahman Memeteli Abdukerim", "rare": "㛃䶮𬭎"}
CODE = "0000000000"


def preview(values: TemplateValues, sample: str, locale: str, address: str, seal_sha256: str) -> bytes:
    """Return a PDF marked as a specimen. `sample`: short, long or rare, the kind of name."""
    today = local_date(now())
    printed: dict[str, Any] = {
        **issuer(),
        "title": values.title,
        "title_en": values.title_en,
        "body": fill(values.body, _values(sample, "zh")),
        "body_en": fill(values.body_en, _values(sample, "en")),
        "signatory": values.signatory,
        "signatory_en": values.signatory_en,
        "replaces": "",
    }
    data = drawing(printed, locale, CODE, address)
    data["number"] = format_number(values.pattern, values.series, today.year, 1)
    data["date"], data["expires"] = say_day(today, locale), ""
    with using(locale):
        data["specimen"] = _("样张")
    return draw(LAYOUT, data, read_seal(seal_sha256), datetime(today.year, today.month, today.day, tzinfo=UTC))


def _values(sample: str, locale: str) -> dict[str, str]:
    today = local_date(now())
    long = sample == "long"
    zh = locale == "zh"
    course = "老旧小区改造中的居民议事协商与矛盾调解方法" if long else "居民议事协商的组织方法"
    course_en = "Consultation and Mediation in the Renewal of Old Estates" if long else "Running a Consultation"
    name = (SAMPLES if zh else SAMPLES_EN)[sample]
    return {
        "name": name,
        "unit": "祁连社区" if zh else "Qilian Community",
        "hours": show_hundredths(1250),
        "required": show_hundredths(800),
        "elective": show_hundredths(450),
        "issued_on": say_day(today, locale),
        "completed_on": say_day(today, locale),
        "starts_on": say_day(today, locale),
        "ends_on": say_day(today, locale),
        "college": issuer()["college" if zh else "college_en"],
        "course": course if zh else course_en,
        "class": "2026 年第三期社区书记专题培训班" if zh else "the third training class for community secretaries",
        "year": str(today.year),
    }
