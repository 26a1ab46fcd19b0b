"""Assignments: writing, handing in, marking."""
