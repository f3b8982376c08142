"""Geometry: database functions, boundaries, and the ways people write coordinates."""
