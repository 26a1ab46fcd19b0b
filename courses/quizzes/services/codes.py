"""The access code of a quiz: whether it is right, and how often somebody may guess."""

from datetime import timedelta

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.web.filters import show_time
from courses.quizzes import rules
from courses.quizzes.models import QuizCodeGuess, QuizVersion

GUESSES = 5
WITHIN = timedelta(minutes=10)
"""So many wrong codes may be typed within this time; then one waits until it is over."""


def check(person: Person, quiz_version: QuizVersion, typed: str) -> None:
    """Let the right code pass.

    Raises UserError (403 for a wrong code, 429 after too many); the caller keeps what is counted here although it refuses.
    Nothing is asked of the database where the quiz has no code.
    """
    if not quiz_version.access_code:
        return
    moment = now()
    # Guesses that are sent at once wait for one another here, also before there is a row that counts them.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    guess = db.session.get(QuizCodeGuess, (person.id, quiz_version.quiz_id), populate_existing=True)
    if guess is not None and moment >= guess.since + WITHIN:
        db.session.delete(guess)
        db.session.flush()
        guess = None
    if guess is not None and guess.wrong >= GUESSES:
        raise UserError(
            _("进入密码输错的次数太多，请在 %(time)s 以后再试", time=show_time(guess.since + WITHIN)), 429, field="code"
        )
    if rules.code_fits(quiz_version.access_code, typed[:100]):
        return
    if guess is None:
        db.session.add(QuizCodeGuess(person_id=person.id, quiz_id=quiz_version.quiz_id, wrong=1, since=moment))
    else:
        guess.wrong += 1
    db.session.flush()
    raise UserError(_("进入密码不对。密码由监考或任课老师现场告诉您"), status=403, field="code")
