"""Posters of films: asked for at the sources' image hosts, and kept within bounds."""
