"""A user's diary: written, read, searched."""
