"""Asking sources elsewhere for the films that diaries lack."""
