"""Pure decisions: codes, numbers, wording."""
