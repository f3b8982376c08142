"""Vector tiles: every record with a place once, whatever the zoom."""
