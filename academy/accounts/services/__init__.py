"""Changes and queries: passwords, signing in, one's own profile, the list of people that admins keep."""
