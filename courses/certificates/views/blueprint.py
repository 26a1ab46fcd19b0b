"""The blueprint of all pages about certificates."""

from flask import Blueprint

blueprint = Blueprint("certificates", __name__)
