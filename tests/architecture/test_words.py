"""Documents, pages and messages use the words of the trade, none that only this project uses."""

import ast
import re
from pathlib import Path

from tests.architecture.test_shape import ROOT, tracked

#: Words and phrases that native speakers do not use for these things, with what to write instead.
DIALECT = {
    "anew": "again",
    "whoever": "the client, the user",
    "leaves the house": "is public",
    "way out": "public API",
    "is told": "is reported",
    "mends?|mended": "fix",
    "dear": "expensive",
    "brought": "uploaded",
    "sent away": "disconnected",
    "files? of others": "third-party files",
    "stands? (beside|side by side)": "is shown next to",
    "no part of a": "must not be in",
    "nobody knows": "unknown",
    "(?<=” )is no (number|text|code|date|geometry|country|deposit)": "is not a",
}
_WORDS = re.compile(rf"\b({'|'.join(DIALECT)})\b", re.IGNORECASE)
_PACKAGES = ("api", "config", "curation", "explorer", "imports", "registry")


def found(path: Path, text: str) -> list[str]:
    return [f"{path.relative_to(ROOT)}: {match[0]}" for match in _WORDS.finditer(text)]


def messages(tree: ast.Module) -> list[str]:
    """Return the strings of a module that read like sentences, without its docstrings and without SQL."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]
    return [
        text
        for text in texts
        if re.search(r"[a-z]{2,} [a-z]{2,}", text) and not re.search(r"\b(SELECT|INSERT|FROM|JOIN)\b", text)
    ]


def test_documents_use_plain_words() -> None:
    dialect = []
    for path in tracked("README.md", "DATA_LICENSE.md", "docs/*.md", "bench/*.md"):
        dialect += found(path, re.sub(r"```.*?```|`[^`]*`", "", path.read_text(), flags=re.DOTALL))
    assert dialect == []


def test_pages_use_plain_words() -> None:
    dialect = []
    for path in tracked("*.html"):
        dialect += found(path, re.sub(r"<style>.*?</style>|{[{%#].*?[}%#]}|<[^>]*>", " ", path.read_text(), flags=re.DOTALL))
    assert dialect == []


def test_messages_use_plain_words() -> None:
    dialect = []
    for path in tracked(*(f"{package}/*.py" for package in _PACKAGES)):
        if "migrations" not in path.parts:
            dialect += [hit for text in messages(ast.parse(path.read_text())) for hit in found(path, text)]
    assert dialect == []


def test_every_word_is_found() -> None:
    for said in ("rendered anew", "The row is told", "a likely mend", "files of others", "“x” is no number."):
        assert _WORDS.search(said), said
