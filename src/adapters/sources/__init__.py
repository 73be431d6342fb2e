"""Sources of films elsewhere, one module each: they get titles, years and ids, and no names."""
