"""File formats, in and out: one file per format, plain values only."""
