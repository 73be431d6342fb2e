"""What is counted: projected, and read."""
