"""Explore: a selection of records as a map, facets, charts, a table and downloads, all of it in one address."""
