"""Every port in plain dictionaries: for tests, and for trying things out."""
