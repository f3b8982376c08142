"""What a run would do, worked out for all its rows at once, in temporary tables of the database."""
