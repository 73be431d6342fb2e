"""Routes of accounts, sessions and tokens."""
