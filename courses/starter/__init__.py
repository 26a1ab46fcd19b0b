"""The starter catalogue, as plain text that a teacher can read and edit, and the loader that brings it into the database.

The loader uses the same services as the authors' pages, so that what it makes is checked and frozen like any other course.
"""
