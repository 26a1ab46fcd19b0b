"""What people change about their own account."""

from sqlalchemy import select

from academy.accounts.models import Person
from academy.audit.services import record
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.web.preferences import Preferences


def change_phone(person: Person, phone: str | None) -> bool:
    """Keep another phone number (normal form, or empty for none). Returns whether it changed.

    Raises UserError (field "phone") when another account has it.
    """
    phone = phone or None
    if phone == person.phone:
        return False
    if phone and db.session.scalar(select(Person.id).where(Person.phone == phone, Person.id != person.id)):
        raise UserError(_("这个手机号已经用在另一个账号上，请核对，或联系本单位的管理员"), field="phone")
    person.phone = phone
    record("person.phone_changed", person)
    return True


def keep_preferences(person: Person, preferences: Preferences) -> None:
    """Remember on every device how this person reads."""
    person.locale, person.theme, person.text_size = preferences.locale, preferences.theme, preferences.text
