"""Formats: each reader gives the rows of a file one at a time, in flat memory, whatever the file's size."""
