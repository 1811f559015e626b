"""The composition of a clinic's server: ``dashboard/clinic`` over ``store/clinic``."""
