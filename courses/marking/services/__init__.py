"""What marking does: who may, what waits, giving marks, regrading, appeals."""
