"""What release 1.0 began with, by concept; `0001_initial` puts it together."""
