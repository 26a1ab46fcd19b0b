"""The blueprint that all pages of practice share."""

from flask import Blueprint

blueprint = Blueprint("practice", "courses.practice")
