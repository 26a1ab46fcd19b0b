"""The console of the people who run the site: overview, style guide in development."""
