"""Pages on which a file is brought, seen, checked, loaded and taken back."""
