"""Routes of webhooks, both ways."""
