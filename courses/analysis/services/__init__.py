"""Working out item analyses, and keeping the long ones."""

from courses.analysis.services.figures import analyse
from courses.analysis.services.keeping import ask_for, compute, count_attempts, kept, versions_sat

__all__ = ["analyse", "ask_for", "compute", "count_attempts", "kept", "versions_sat"]
