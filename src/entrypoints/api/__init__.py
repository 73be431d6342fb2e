"""HTTP: the routes of the API, the pages, and the server."""
