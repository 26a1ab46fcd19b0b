"""The training record of a person over the years, on screen and on paper; and everything that is kept of oneself, as a file.

It owns no table: what it shows belongs to the rooms below, and each number leads to the evidence that they keep.
"""
