"""The one way in which an import as a whole is refused."""


class ImportRefused(Exception):
    """An import that cannot be taken, or taken back; nothing was written. The message is meant for the user."""
