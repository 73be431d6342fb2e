"""Plays that media servers tell of."""
