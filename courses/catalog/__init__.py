"""Courses: the draft that an author edits, the frozen versions that trainees study, search, and publication."""
