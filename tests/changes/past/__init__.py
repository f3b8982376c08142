"""Answers of the past."""
