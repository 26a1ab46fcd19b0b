"""Templates: making, changing (each change is a new version), and which courses use which."""

import io
import secrets
from dataclasses import asdict, dataclass
from typing import IO

from flask import Response
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.audit import labels
from academy.audit.services import record
from academy.db import db
from academy.errors import UserError
from academy.files import storage
from academy.files.delivery import send
from academy.files.models import StoredFile
from academy.files.services import store_made
from academy.i18n import _
from academy.i18n import lazy as _l
from courses.certificates.models import (
    Certificate,
    CertificateTemplate,
    CertificateTemplateVersion,
    CourseCertificate,
)

SEAL_PIXELS = 800
SEAL_BYTES = 5 * 1024 * 1024

labels.register(
    {
        "certificate.template_added": _l("添加了证书模板“%(subject)s”"),
        "certificate.template_changed": _l("修改了证书模板“%(subject)s”，现在是第 %(number)s 版"),
        "certificate.template_retired": _l("停用了证书模板“%(subject)s”"),
        "certificate.template_restored": _l("恢复了证书模板“%(subject)s”"),
        "certificate.courses_changed": _l("修改了哪些课程自动发证"),
    }
)


@dataclass(frozen=True)
class TemplateValues:
    """What a version of a template says; see CertificateTemplateVersion."""

    title: str
    title_en: str
    body: str
    body_en: str
    signatory: str
    signatory_en: str
    series: str
    pattern: str
    validity_months: int | None
    seal_file_id: int | None


def all_templates() -> list[CertificateTemplate]:
    """Return the templates with their versions, those in use first: two queries."""
    query = select(CertificateTemplate).order_by(
        CertificateTemplate.is_active.desc(), CertificateTemplate.kind.desc(), CertificateTemplate.id
    )
    return list(db.session.scalars(query.options(joinedload(CertificateTemplate.versions))).unique())


def current_version(template_id: int) -> CertificateTemplateVersion:
    """Return the version of a template that is used from now on."""
    query = (
        select(CertificateTemplateVersion)
        .where(CertificateTemplateVersion.template_id == template_id)
        .order_by(CertificateTemplateVersion.number.desc())
        .limit(1)
        .options(joinedload(CertificateTemplateVersion.seal))
    )
    return db.session.scalars(query).one()


def add_template(
    kind: str, name: str, values: TemplateValues, by: Person | None, is_default: bool = False
) -> CertificateTemplate:
    """Make a template with its first version. Raises UserError when the name is taken."""
    _demand_free(name, 0)
    template = CertificateTemplate(kind=kind, name=name)
    try:
        with db.session.begin_nested():
            db.session.add(template)
    except IntegrityError:
        _demand_free(name, 0)  # another request was a moment earlier
        raise
    _add_version(template, 1, values, by)
    if is_default:
        _make_default(template)
    record("certificate.template_added", template)
    return template


def change_template(
    template: CertificateTemplate, seen: int, name: str, values: TemplateValues, by: Person | None, is_default: bool
) -> bool:
    """Change a template that was read in state `seen`: a new version if it says something else. Returns whether it did.

    What was issued keeps its version. Raises UserError: 409 when somebody else has changed it meanwhile.
    """
    _lock(template)
    if template.lock_version != seen:
        raise UserError(_("您打开这一页以后，别人修改了这个模板。请打开最新的内容再改"), status=409)
    _demand_free(name, template.id)
    latest = current_version(template.id)
    differs = any(getattr(latest, field) != value for field, value in asdict(values).items())
    if not differs and template.name == name and template.is_default == is_default:
        return False
    template.name = name
    template.lock_version += 1
    if differs:
        _add_version(template, latest.number + 1, values, by)
    if is_default:
        _make_default(template)
    template.is_default = is_default
    db.session.flush()
    record("certificate.template_changed", template, number=latest.number + differs)
    return True


def retire(template: CertificateTemplate) -> None:
    """Take a template out of use; what was issued stays as it is."""
    _lock(template)
    template.is_active = template.is_default = False
    template.lock_version += 1
    db.session.flush()
    record("certificate.template_retired", template)


def restore(template: CertificateTemplate) -> None:
    """Take a template into use again."""
    _lock(template)
    template.is_active = True
    template.lock_version += 1
    db.session.flush()
    record("certificate.template_restored", template)


def store_seal(stream: IO[bytes], owner: Person | None) -> StoredFile:
    """Keep the picture of a seal, made small and freed of everything but its pixels.

    Raises UserError when it is no PNG with a transparent ground: a white one would cover the text below it.
    """
    content = stream.read(SEAL_BYTES + 1)
    if len(content) > SEAL_BYTES:
        raise UserError(_("印章图片太大，最多 5 MB"), field="seal")
    try:
        picture = Image.open(io.BytesIO(content), formats=["PNG"])
        picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UserError(_("印章要用 PNG 图片，这个文件打不开"), field="seal") from error
    pixels = picture.convert("RGBA")
    if pixels.getchannel("A").getextrema()[0] > 200:  # type: ignore[operator]
        raise UserError(_("印章图片的底色不是透明的，会盖住文字。请换一张透明底的 PNG"), field="seal")
    pixels.thumbnail((SEAL_PIXELS, SEAL_PIXELS))
    path = storage.folder("uploads") / f"seal-{secrets.token_hex(8)}.png"
    pixels.save(path, format="PNG", optimize=True)
    return store_made(path, "seal.png", "image/png", owner)


def version_for_course(course_id: int) -> CertificateTemplateVersion | None:
    """Return what completing a course is certified with, or None when it brings no certificate."""
    choice = db.session.get(CourseCertificate, course_id)
    if choice is not None:
        template = db.session.get(CertificateTemplate, choice.template_id) if choice.template_id else None
        return current_version(template.id) if template and template.is_active else None
    default = select(CertificateTemplate.id).where(CertificateTemplate.kind == "course", CertificateTemplate.is_default)
    template_id = db.session.scalar(default)
    return current_version(template_id) if template_id else None


def course_choices() -> dict[int, int | None]:
    """Return template (None: no certificate) by course, for the courses that do not go by the default."""
    return dict(db.session.execute(select(CourseCertificate.course_id, CourseCertificate.template_id)).all())


def choose_for_courses(choices: dict[int, str]) -> int:
    """Set for each course "default", "none" or a template's number; return how many changed."""
    before = course_choices()
    changed = 0
    for course_id, choice in choices.items():
        now_is = "default" if course_id not in before else str(before[course_id] or "none")
        if choice == now_is:
            continue
        changed += 1
        row = db.session.get(CourseCertificate, course_id)
        if choice == "default":
            db.session.delete(row)
            continue
        template_id = None if choice == "none" else int(choice)
        if row is None:
            db.session.add(CourseCertificate(course_id=course_id, template_id=template_id))
        else:
            row.template_id = template_id
    if changed:
        db.session.flush()
        record("certificate.courses_changed", label=str(changed))
    return changed


def _lock(template: CertificateTemplate) -> None:
    db.session.execute(select(CertificateTemplate.id).where(CertificateTemplate.id == template.id).with_for_update())
    db.session.refresh(template)


def _demand_free(name: str, own_id: int) -> None:
    query = select(CertificateTemplate.id).where(CertificateTemplate.name == name, CertificateTemplate.id != own_id)
    if db.session.scalar(query):
        raise UserError(_("已经有一个叫“%(name)s”的模板了，请换个名称", name=name), field="name")


def _add_version(
    template: CertificateTemplate, number: int, values: TemplateValues, by: Person | None
) -> CertificateTemplateVersion:
    version = CertificateTemplateVersion(
        template_id=template.id, number=number, created_by_id=by.id if by else None, **asdict(values)
    )
    db.session.add(version)
    db.session.flush()
    return version


def _make_default(template: CertificateTemplate) -> None:
    others = update(CertificateTemplate).where(
        CertificateTemplate.kind == template.kind, CertificateTemplate.id != template.id
    )
    db.session.execute(others.values(is_default=False))
    template.is_default = True
    db.session.flush()


def issued_by_template() -> dict[int, int]:
    """Return how many certificates each template has brought: one query."""
    template_id = CertificateTemplateVersion.template_id
    joined = select(template_id, func.count()).join(
        Certificate, Certificate.version_id == CertificateTemplateVersion.id
    )
    query = joined.group_by(template_id)
    return dict(db.session.execute(query).all())


def known_seal(file_id: int) -> int | None:
    """Return `file_id` if it is a seal of some version, else None: a form may not name any other file."""
    query = select(CertificateTemplateVersion.id).where(CertificateTemplateVersion.seal_file_id == file_id)
    return file_id if db.session.scalar(query.limit(1)) else None


def send_seal(file: StoredFile) -> Response:
    """Answer with the picture of a seal."""
    return send(file)
