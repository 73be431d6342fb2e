"""The page that people see: static files, without a build step."""
