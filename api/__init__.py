"""The way out: resources, queries, answers."""
