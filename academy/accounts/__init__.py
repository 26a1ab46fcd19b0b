"""People: sign-in, lock-out, profile, and the pages where admins keep the list of people."""
