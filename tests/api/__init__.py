"""What the API answers, query by query."""
