"""The one way in which a file as a whole is refused."""


class FileRefused(Exception):
    """A file that cannot be read at all; nothing of it is taken.

    The message names the file, the rule that it breaks and what to do, and is meant for the person who uploaded the file.
    """

    def __init__(self, file: str, rule: str, message: str, fix: str = "") -> None:
        """Describe which file, by which rule, why, and what to do."""
        super().__init__(f"{file}: {message} [{rule}]" + (f" {fix}" if fix else ""))
        self.file = file
        self.rule = rule
        self.message = message
        self.fix = fix
