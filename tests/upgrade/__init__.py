"""Changes of the schema, over data."""
