"""What the pages of practice do, one module a matter: drawing, mock, notebook, noting, sessions, settings, strengths, taking_in."""
