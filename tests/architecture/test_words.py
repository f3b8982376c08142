"""Documents, pages and messages use the words of the trade, none that only this project uses."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_shape import ROOT, tracked

#: Words and phrases that native speakers do not use for these things, with what to write instead.
DIALECT = {
    "anew": "again",
    "whoever": "the client, the user",
    "leaves? the house": "is public",
    "front door": "front page",
    "told": "reported",
    "held against": "checked against",
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
#: Names that say nothing to a reader from outside, with what to write instead.
NAMES = {
    "Asked|asked": "the query, the request or the file",
    "Told|told": "the entry, the message or the change",
    "Found": "what was found",
    "Side": "whose side",
    "[Qq]uestion|read_question": "query",
    "mend|mends|mended|rows_to_mend": "fix",
    "looked": "preview",
    "brought": "uploaded",
}
#: What modules may be called that end like a gerund: nouns of the field, and the documents that tests carry out.
NOUNS = {"caching", "changing", "mapping", "matching", "meaning", "merging", "paging", "prospecting", "seeding", "signing"}
_PACKAGES = ("api", "config", "curation", "explorer", "imports", "pages", "registry", "releases")


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


def defined(tree: ast.Module) -> Iterator[str]:
    """Return the names that a module gives: of classes, functions, parameters, variables and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_modules_have_nouns_for_names() -> None:
    words = {path: part.removesuffix(".py").rpartition("_")[2] for path in tracked("*.py") for part in path.parts[-2:]}
    assert [path.name for path, word in words.items() if word.endswith("ing") and word not in NOUNS] == []


def test_names_are_plain() -> None:
    names = re.compile("|".join(NAMES))
    dialect = []
    for path in tracked(*(f"{package}/*.py" for package in _PACKAGES)):
        # The questions of the front page, and those with a derived answer, are questions.
        if not {"migrations", "questions", "examples.py", "questions.py"} & set(path.parts):
            dialect += [
                f"{path.relative_to(ROOT)}: {name}" for name in defined(ast.parse(path.read_text())) if names.fullmatch(name)
            ]
    assert dialect == []


def remarks(text: str) -> Iterator[str]:
    """Return the docstrings and the comments of a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def test_docstrings_and_comments_use_plain_words() -> None:
    dialect = []
    for path in tracked("*.py"):
        if "migrations" not in path.parts and path.name != "test_words.py":
            dialect += [hit for text in remarks(path.read_text()) for hit in found(path, text)]
    assert dialect == []


def test_every_word_is_found() -> None:
    for said in ("rendered anew", "The row is told", "a likely mend", "files of others", "“x” is no number."):
        assert _WORDS.search(said), said
