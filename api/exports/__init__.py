"""Exports: everything that a query asks for in one file, without pages, in the formats that people's programs open."""
