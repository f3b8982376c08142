"""Files of others: read, mapped, refused, loaded."""
