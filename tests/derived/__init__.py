"""The layer of derived database objects."""
