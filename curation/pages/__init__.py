"""Small answers that the admin's own pages ask for."""
