"""Facets that are kept counted: bits in the database, which the steps of writes keep in step with the records."""
