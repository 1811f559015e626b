"""A release, tried as its users will have it."""
