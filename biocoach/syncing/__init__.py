"""A record's copy at a clinic: what goes there, in which words, and how it is kept up."""
