"""The blueprint that all pages of this room share."""

from flask import Blueprint

blueprint = Blueprint("references", "courses.references")
