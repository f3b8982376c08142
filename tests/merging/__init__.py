"""Two records of one thing become one."""
