"""The feed of changes, and answers of the past."""
