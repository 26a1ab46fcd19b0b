"""Which data of people this room keeps."""

from sqlalchemy import and_

from academy.audit.models import AuditEntry
from academy.i18n import lazy as _l
from academy.personal_data import export

export(
    "own_acts",
    _l("自己的操作和登录"),
    AuditEntry,
    lambda person_id: AuditEntry.actor_id == person_id,
    by=("actor_id",),
    left_out={"detail": "may speak of other people, too", "subject_label": "may be the name of somebody else"},
)
export(
    "acts_on_account",
    _l("别人对我的账号的操作"),
    AuditEntry,
    lambda person_id: and_(AuditEntry.subject_type == "person", AuditEntry.subject_id == person_id),
    left_out={
        "detail": "may speak of other people, too",
        "actor_id": "somebody else",
        "actor_name": "somebody else",
        "address": "the address of somebody else",
    },
)
