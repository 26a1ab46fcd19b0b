"""Feedback modes: when and how somebody who answers learns what was right, and what that makes of the marks.

An axis apart from question types: any mode works with any type. A module here with a `PLUGIN` is a mode. Pure: no
database, no request; answers come in graded.
"""
