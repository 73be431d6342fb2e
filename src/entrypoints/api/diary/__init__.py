"""Routes of the diary."""
