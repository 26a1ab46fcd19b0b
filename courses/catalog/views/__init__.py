"""The instructor's studio: the list of courses, and the four steps from a title to a published course."""

from flask.blueprints import BlueprintSetupState

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from academy.web.transactions import accepts_files
from courses.catalog.views import completion, facts, lessons, outline, preview, publishing, questions, studio
from courses.catalog.views.blueprint import blueprint

__all__ = ["completion", "facts", "lessons", "outline", "preview", "publishing", "questions", "studio"]

blueprints = [blueprint]
PERMISSIONS = {"catalog.edit": {"instructor", "admin"}}
NAVIGATION = [
    NavItem(
        "studio",
        "courses",
        _l("我的课程"),
        "catalog.studio",
        "course",
        10,
        group="teaching",
        permission="catalog.edit",
        covers=(
            "catalog.new_course",
            "catalog.create_course",
            "catalog.edit_course",
            "catalog.save_course",
            "catalog.outline",
            "catalog.new_chapter",
            "catalog.create_chapter",
            "catalog.edit_chapter",
            "catalog.save_chapter",
            "catalog.ask_delete_chapter",
            "catalog.new_lesson",
            "catalog.create_lesson",
            "catalog.edit_lesson",
            "catalog.save_lesson",
            "catalog.ask_delete_lesson",
            "catalog.lesson_questions",
            "catalog.save_lesson_questions",
            "catalog.completion",
            "catalog.save_completion",
            "catalog.publish",
            "catalog.publish_now",
        ),
    )
]


@blueprint.record
def _let_lessons_carry_files(state: BlueprintSetupState) -> None:
    """Without scripts a video travels with the form: as large as an upload, and the rest of the form beside it."""
    settings = state.app.config["SETTINGS"]
    accepts_files(settings.max_upload_bytes + settings.max_form_bytes)(
        state.app.view_functions.get("catalog.save_lesson", lambda: None)
    )
