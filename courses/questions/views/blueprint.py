"""The blueprint that all pages of the bank share."""

from flask import Blueprint

from courses.question_types.base import plain_stem

blueprint = Blueprint("questions", "courses.questions")
blueprint.add_app_template_filter(plain_stem, "stem_words")
