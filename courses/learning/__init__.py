"""Studying: enrolment, the player, evidence, progress that is derived from it, and the credit-hour ledger."""
