"""The school building: people, units, permissions, files, jobs and audit.

Nothing in this package knows what a course is; `courses` stands on it, never the other way round.
"""

VERSION = "0.1.0"
