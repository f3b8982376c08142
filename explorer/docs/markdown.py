"""A page of the documentation from its Markdown: HTML, its headings, and its text by section for the search."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from explorer.docs.library import DocPage

_LINK = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)

Resolve = Callable[[str], str | None]


@dataclass(frozen=True)
class Heading:
    """A heading: its level, its words, and the id under which links find it."""

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Section:
    """What stands below a heading, as plain text."""

    heading: Heading
    text: str


@dataclass(frozen=True)
class Document:
    """What a file of Markdown becomes."""

    html: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """Return the words of the first heading."""
        return self.sections[0].heading.text if self.sections else ""

    @property
    def lead(self) -> str:
        """Return the first sentence."""
        return re.split(r"(?<=[.:]) ", self.sections[0].text, maxsplit=1)[0].rstrip(":") if self.sections else ""

    @property
    def contents(self) -> list[Heading]:
        """Return the headings that a table of contents names."""
        return [section.heading for section in self.sections if section.heading.level in (2, 3)]


def document(text: str, resolve: Resolve) -> Document:
    """Render a text; `resolve` gives the address of a link's target, or None where the site has nothing."""
    tokens = _reader().parse(text)
    sections = tuple(_sections(tokens))
    headings = iter(sections)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            _anchor(token, following, next(headings).heading)
        elif token.type == "inline":
            token.children = list(_addressed(token.children or [], resolve))
    return Document(_reader().renderer.render(tokens, _reader().options, {}), sections)


def twin(page: DocPage, resolve: Resolve) -> str:
    """Return the Markdown of a page, with links that lead to the site."""
    parts = _CODE.split(page.text)
    # Every other part is code, in which nothing is a link.
    parts[::2] = [_LINK.sub(lambda match: resolve(match[0]) or match[0], part) for part in parts[::2]]
    return "".join(parts)


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Both may be wider than the window: they scroll, by the keyboard too.
    reader.add_render_rule("table_open", lambda *_: '<div class="table-frame" tabindex="0"><table>\n')
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    for kind in ("fence", "code_block"):
        reader.add_render_rule(kind, lambda _, tokens, index, *__: _code(tokens[index]))
    return reader


def _code(token: Token) -> str:
    language = token.info.split()[0] if token.info else "text"
    code = f'<pre tabindex="0"><code>{escape(token.content)}</code></pre>'
    return f'<div class="code" data-language="{escape(language)}">{code}</div>\n'


def _anchor(opening: Token, inline: Token, heading: Heading) -> None:
    opening.attrSet("id", heading.id)
    if heading.level > 1:
        link = f' <a class="anchor" href="#{heading.id}" aria-label="Link to this section">#</a>'
        inline.children = [*(inline.children or []), Token("html_inline", "", 0, content=link)]


def _addressed(tokens: list[Token], resolve: Resolve) -> Iterator[Token]:
    """Give links and pictures the addresses of the site; a link to what it lacks becomes its words."""
    dropped: list[bool] = []
    for token in tokens:
        if token.type == "image":
            token.attrSet("src", resolve(str(token.attrGet("src"))) or "")
        elif token.type == "link_open":
            address = resolve(str(token.attrGet("href")))
            dropped.append(address is None)
            if address is None:
                continue
            token.attrSet("href", address)
        elif token.type == "link_close" and dropped.pop():
            continue
        yield token


def _sections(tokens: list[Token]) -> Iterator[Section]:
    heading: Heading | None = None
    texts: list[str] = []
    used: dict[str, int] = {}
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.type == "heading_open":
            if heading:
                yield Section(heading, " ".join(texts))
            texts = []
            heading = Heading(int(before.tag[1]), _plain(token), _id(_plain(token), used))
        elif token.type == "inline":
            texts.append(_plain(token))
        elif token.type in ("fence", "code_block"):
            texts.append(" ".join(token.content.split()))
    if heading:
        yield Section(heading, " ".join(texts))


def _plain(token: Token) -> str:
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children or [])


def _id(text: str, used: dict[str, int]) -> str:
    """Return the id that GitHub gives to a heading, so that links work in both places."""
    made = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
    used[made] = used.get(made, -1) + 1
    return f"{made}-{used[made]}" if used[made] else made
