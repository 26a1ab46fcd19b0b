"""Textbooks: writing, publishing, reading."""
