"""What is said of coordinates that cannot be read."""


class CoordinatesError(ValueError):
    """Coordinates that cannot be read; the message says what to write instead."""
