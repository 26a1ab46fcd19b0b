"""The blueprint of running packages and their results."""

from flask import Blueprint

blueprint = Blueprint("packages", __name__)
