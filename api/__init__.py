"""The public API: resources, queries, responses."""
