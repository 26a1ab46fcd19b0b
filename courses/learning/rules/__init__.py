"""What counts as studied. Pure decisions: no database, no clock of their own."""
