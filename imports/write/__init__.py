"""What a plan becomes: rows of the registry, written in one transaction."""
