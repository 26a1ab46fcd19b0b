"""The append-only record of who did what to whom, when and from where."""
