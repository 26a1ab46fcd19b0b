"""What is due for files."""

from academy.files.uploads import sweep
from academy.jobs.queue import every


@every(3600, "sweep uploads")
def sweep_uploads() -> None:
    """Discard uploads that nobody continues."""
    sweep()
