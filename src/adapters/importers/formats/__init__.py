"""One module for each service or kind of file; each registers itself as an importer."""
