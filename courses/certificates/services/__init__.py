"""Queries and changes of certificates."""
