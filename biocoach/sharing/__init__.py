"""What goes to a therapist and comes back: chosen, sealed, read, answered."""
