"""Credit hours: the ledger, and the rules by which hours are earned, recognised and asked for.

It knows people, units and amounts, and where an amount comes from by name and number only: what a course or a class is,
the rooms above know, and call this one.
"""
