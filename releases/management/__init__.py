"""Commands of releases."""
