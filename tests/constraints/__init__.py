"""The rules of the database, tested in the database."""
