"""Verify, rebuild, forget."""
