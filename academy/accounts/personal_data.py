"""Which data of people this room keeps."""

from academy.accounts.models import Person, PersonRole
from academy.i18n import lazy as _l
from academy.personal_data import export

export(
    "profile",
    _l("个人资料"),
    Person,
    lambda person_id: Person.id == person_id,
    left_out={"password_hash": "opens the account", "session_key": "opens the account"},
)
export("roles", _l("角色"), PersonRole, lambda person_id: PersonRole.person_id == person_id, by=("person_id",))
