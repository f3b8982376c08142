"""Mapping files: which column of somebody's table is what, written in YAML."""
