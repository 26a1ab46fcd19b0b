"""Marking by hand, regrading, and appeals."""
