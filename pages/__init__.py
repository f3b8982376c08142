"""A page for every record: what the API says of it, for people."""
