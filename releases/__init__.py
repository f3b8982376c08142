"""Releases: immutable, dated copies of everything that is public, as files that can be served without the registry."""
