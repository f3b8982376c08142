"""Statements: every value of a published record with each source that is cited for it, one row each."""
