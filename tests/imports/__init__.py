"""Third-party files: read, mapped, refused, loaded."""
