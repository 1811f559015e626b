"""biocoach: a wearable-driven coach for the body."""

__version__ = "0.1.0"
