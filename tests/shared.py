"""Data beside the project that some suites read: conformance data of standards, and real data."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def shared(*parts: str) -> Path:
    """Give a file or folder of the shared data; a module that needs it is skipped, and says so, where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        print(f"SKIPPED: {'/'.join(parts)} is not beside the project")
        pytest.skip(f"{'/'.join(parts)} is not beside the project", allow_module_level=True)
    return path
