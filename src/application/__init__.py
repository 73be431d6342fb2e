"""What cinestats does, in terms of ports. Each module is one activity."""
