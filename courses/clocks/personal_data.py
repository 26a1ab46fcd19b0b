"""Which data of people this room keeps."""

from academy.i18n import lazy as _l
from academy.personal_data import export
from courses.clocks.models import StudyClock

export(
    "study_clock",
    _l("学习的时间段"),
    StudyClock,
    lambda person_id: StudyClock.person_id == person_id,
    by=("person_id",),
)
