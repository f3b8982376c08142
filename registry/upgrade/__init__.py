"""Migrations over data: what the database derives is suspended for them, and installed and rendered again afterwards."""
