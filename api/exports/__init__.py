"""Exports: everything that a question asks for in one file, without pages, in the formats that people's programs open."""
