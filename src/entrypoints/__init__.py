"""Where cinestats meets its users: the container, the command line, HTTP and the pages."""
