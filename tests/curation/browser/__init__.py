"""Tasks of curators in a browser, with their steps counted."""
