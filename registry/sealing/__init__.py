"""The seals over the history: a chain of hashes, so that a silent change of the past can be detected."""
