"""The admin: the pages where curators work."""
