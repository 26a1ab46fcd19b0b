"""Which data of people this room keeps."""

from academy.i18n import lazy as _l
from academy.jobs.models import Job
from academy.personal_data import export

export(
    "jobs",
    _l("后台任务"),
    Job,
    lambda person_id: Job.owner_id == person_id,
    by=("owner_id",),
    left_out={"token": "opens what came out"},
)
