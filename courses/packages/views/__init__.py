"""Running packages, and their results."""

from courses.packages.views import results, running
from courses.packages.views.blueprint import blueprint

__all__ = ["blueprints", "results", "running"]

blueprints = [blueprint]
