"""The language of completion rules: what is written down, what follows from it, and how it is said. No database, no web."""
