"""Vector tiles: every record with a place on a map of the web, counted in cells where there are too many to draw."""
