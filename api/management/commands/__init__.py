"""Commands of the public API."""
