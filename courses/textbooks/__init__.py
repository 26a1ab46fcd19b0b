"""Textbooks: drafts that authors write, editions that trainees read, and what each has read."""
