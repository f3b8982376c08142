"""Commands of the way out."""
