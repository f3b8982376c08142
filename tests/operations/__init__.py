"""Running the registry: its private database, the `run` script, the server, backups."""
