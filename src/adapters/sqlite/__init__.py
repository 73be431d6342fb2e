"""The embedded stores: SQLite files and nothing else."""
