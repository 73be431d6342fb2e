"""Notifications of media servers: each as a film that was seen, or why it is none."""
