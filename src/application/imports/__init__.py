"""Diaries from elsewhere, and events from another log."""
