"""Stored files: resumable upload, one copy of each content, delivery by byte range.

Who may read a file is decided by the room that refers to it.
"""
