"""CQL2: both languages, the official examples and counts, and whatever a stranger sends."""
