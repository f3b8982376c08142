"""Work on files that were brought through the admin: a process of its own for each step, which tells how far it has come."""
