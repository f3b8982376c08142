"""The seed: what it holds, and how it is read and written."""
