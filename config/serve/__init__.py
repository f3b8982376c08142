"""`./run serve`: the service in the foreground, with its database, until somebody ends it.

`port` sees that the address is free, `preparation` brings the database and the static files up to the code, `server`
runs Granian and ends it, and `__main__` does one after the other.
"""
