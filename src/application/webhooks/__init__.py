"""Other programs that hear what happens to a diary."""
