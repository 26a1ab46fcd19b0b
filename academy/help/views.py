"""The guides inside the site, open to everybody."""

from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from academy.help import services
from academy.permissions import public

blueprint = Blueprint("help", "academy.help")
blueprints = [blueprint]


@blueprint.get("/help")
@public
def index() -> str:
    """List the guides that there are."""
    there = {name: words for name, words in services.AUDIENCES.items() if services.find(_folder(), name)}
    return render_template("help/index.html", guides=there)


@blueprint.get("/help/<audience>")
@public
def page(audience: str) -> ResponseReturnValue:
    """Show the guide for `audience`; one that is not written yet leads to the list of those that are."""
    if audience not in services.AUDIENCES:
        abort(404)
    path = services.find(_folder(), audience)
    if path is None:
        return redirect(url_for("help.index"))
    return render_template("help/guide.html", guide=services.read(path), audience=audience)


@blueprint.get("/help/accessibility")
@public
def accessibility() -> str:
    """Show what works for whom, and what does not yet."""
    path = services.find(_folder(), "accessibility")
    if path is None:
        abort(404)
    return render_template("help/guide.html", guide=services.read(path), audience="accessibility")


def _folder() -> Path:
    return Path(current_app.root_path) / "docs" / "guides"
