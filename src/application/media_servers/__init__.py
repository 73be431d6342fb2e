"""Plays that media servers report."""
