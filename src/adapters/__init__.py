"""The ports' counterparts in the world: each folder is named for its technology."""
