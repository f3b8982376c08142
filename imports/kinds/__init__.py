"""The kinds of files that are known here: one file each, declared as `KIND`; each file of this folder is found."""

import pkgutil
from importlib import import_module

from imports.kinds.kind import FileKind


def _kinds() -> list[FileKind]:
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return sorted((module.KIND for module in modules if hasattr(module, "KIND")), key=lambda kind: kind.title)


#: Name → kind, by their titles; `generic` is not among them, for a mapping file makes it.
KINDS: dict[str, FileKind] = {kind.name: kind for kind in _kinds()}

__all__ = ["KINDS", "FileKind"]
