"""Open Badges 3.0: the same achievement as a signed credential, and checking one offline."""
