"""Lists of films: what a user means to see, likes, or put together."""
