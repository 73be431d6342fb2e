"""To a topic, and from it."""
