"""Routes of the figures."""
