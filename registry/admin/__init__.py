"""The admin, where curators work."""
