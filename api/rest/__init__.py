"""JSON, GeoJSON and CSV over HTTP."""
