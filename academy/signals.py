"""News that travels upwards: a lower room sends, a higher one listens.

Senders pass keyword arguments as named beside each signal; listeners run inside the sender's transaction.
"""

from blinker import Namespace

_signals = Namespace()

attempt_submitted = _signals.signal("attempt-submitted")
"""attempt: the quizzes.Attempt that has just been graded."""

attempt_regraded = _signals.signal("attempt-regraded")
"""attempt: the quizzes.Attempt whose marks have changed since it was handed in, or have become final (`awaiting` is 0)."""

chapter_read = _signals.signal("chapter-read")
"""person, textbook_id, chapter_id (stable identity), share (Fraction of paragraphs shown), study_seconds (to be counted
once, in whatever the chapter belongs to)."""

course_published = _signals.signal("course-published")
"""version: the catalog.CourseVersion that trainees study from now on."""

course_completed = _signals.signal("course-completed")
"""enrolment: the learning.Enrolment that has just been completed."""

person_moved = _signals.signal("person-moved")
"""person, membership: the organizations.Membership that begins."""

unit_moved = _signals.signal("unit-moved")
"""unit: the organizations.Unit that now lies elsewhere; old_path: where it lay. Everything below went along, so copies
of paths that begin with `old_path` have to be rewritten to begin with `unit.path`."""
