"""The blueprint that all pages of credit hours share."""

from flask import Blueprint

blueprint = Blueprint("credits", __name__)
