"""A clinic's own server: computers that keep a copy up to date, and people who sign in."""
