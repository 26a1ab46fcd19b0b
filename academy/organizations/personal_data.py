"""Which data of people this room keeps."""

from sqlalchemy import select

from academy.i18n import lazy as _l
from academy.organizations.models import Membership, Unit
from academy.personal_data import export

export(
    "memberships",
    _l("单位和岗位"),
    Membership,
    lambda person_id: Membership.person_id == person_id,
    by=("person_id",),
    also={"unit_name": select(Unit.name).where(Unit.id == Membership.unit_id).scalar_subquery()},
)
