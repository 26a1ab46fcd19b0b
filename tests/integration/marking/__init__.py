"""Marking by hand, regrading, appeals."""
