"""Scenarios: scenes with choices and consequences, read from plain text. Pure; for the drill lesson and the question of that kind."""
