"""The blueprint that all pages of the room share."""

from flask import Blueprint

blueprint = Blueprint("textbooks", __name__)
