"""Work on files that were uploaded through the admin: a process of its own for each step, which tells how far it has come."""
