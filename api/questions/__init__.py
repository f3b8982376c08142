"""Questions whose answer is derived: each declared once, with its SQL, formula and inputs."""
