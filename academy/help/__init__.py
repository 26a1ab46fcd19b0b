"""The guides for trainees, instructors, admins, served from `docs/` inside the site."""
