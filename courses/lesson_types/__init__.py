"""Lesson types: a folder each, found by the registry; nothing outside names one."""
