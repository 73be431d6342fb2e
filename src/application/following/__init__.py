"""Accounts elsewhere whose new diary entries come into a diary here."""
