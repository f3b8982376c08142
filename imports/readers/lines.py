"""Lines of a text file, none longer than memory bears."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from imports import limits
from imports.readers.encodings import Encoding
from imports.readers.table import InputFile, Progress

_TOLD_EVERY = 256


def _opened(file: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding=encoding.name, errors=encoding.errors, newline="")


def text_lines(
    input_file: InputFile, encoding: Encoding, progress: Progress, longest: int = limits.LINE_CHARACTERS
) -> Iterator[str]:
    """Return the lines of a file with their ends; raises FileRefused for an endless line, or one not in the encoding."""
    with input_file.path.open("rb") as file, _opened(file, encoding) as text:
        number = 0
        try:
            while line := text.readline(longest + 1):
                if len(line) > longest:
                    raise input_file.refuse(
                        "line-too-long",
                        f"Line {number + 1:,} is longer than {longest // 2**20} MB.",
                        "Check that it is a text table with one row per line.",
                    )
                number += 1
                if number % _TOLD_EVERY == 0:
                    progress.done = file.tell()
                yield line
        except UnicodeError as error:
            raise input_file.refuse(
                "wrong-encoding", f"After line {number:,} it is not {encoding.name}.", "State its encoding."
            ) from error
        progress.done = file.tell()
