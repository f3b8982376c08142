"""Releases, and what makes them trustworthy."""
