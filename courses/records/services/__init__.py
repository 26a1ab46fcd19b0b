"""Gathering a record, printing it, and the file of one's own data."""
