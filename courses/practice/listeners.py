"""News from quizzes. Runs inside the sender's transaction."""

from typing import Any

from academy.audit import labels
from academy.i18n import lazy as _l
from academy.signals import attempt_regraded, attempt_submitted
from courses.practice.services import taking_in, using
from courses.questions.usage import register_usage
from courses.quizzes.models import Attempt

labels.register(
    {
        "practice.opened": _l("开放了分类“%(subject)s”供学员练习"),
        "practice.closed": _l("停止开放分类“%(subject)s”"),
    }
)
register_usage("practice", find=using.find_uses)


@attempt_submitted.connect
def note_attempt(sender: Any, attempt: Attempt, **extra: Any) -> None:
    """Bring what was wrong into the notebook, if its key may be shown."""
    taking_in.take_in(attempt)


@attempt_regraded.connect
def note_what_was_marked(sender: Any, attempt: Attempt, **extra: Any) -> None:
    """Bring in the answers that a marker has graded since, and what was corrected in those that are noted."""
    taking_in.correct(attempt)
    taking_in.take_in(attempt)
