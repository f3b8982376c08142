"""Which columns of a table a header word means: the same word, or the word with what headers put around it."""

import re
from collections.abc import Collection, Iterator, Mapping

from imports.mapping.header_words import IDLE_SUFFIX, PLACE_SUFFIX
from imports.values.terms import folded

#: CamelCase, and a code before a word: MineName, PropertyNameEN, MineID.
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: What a header says its value belongs to: site_name, mine_status, rsrc_class, approx_lon.
_SUBJECT = re.compile(
    r"^(mines?|min|deposits?|dep|sites?|ftr|features?|propert(y|ies)|occurrences?|occ|prospects?|projects?|mineral|rsrc|res|resource"
    r"|approx(imate)?|centroid|center|centre|point|main|current|activity|operation) (?=\w)"
)
#: Languages that a header adds: ProvincesEN.
_LANGUAGE = re.compile(r" (en|eng|english|fr|es|pt|ru)$")

#: Folded word → the columns that it means, in the order of the table.
Level = dict[str, list[str]]


class Headers:
    """The columns of a table by what their headers may be meant as: first as they are written, then as read more freely."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        """Read the headers of a table."""
        self.levels: tuple[Level, ...] = tuple({} for _ in range(3))
        for column in columns:
            seen: set[str] = set()
            for level, words in zip(self.levels, _readings(column), strict=True):
                for word in words:
                    if word and word not in seen:
                        seen.add(word)
                        level.setdefault(word, []).append(column)

    def first(self, words: tuple[str, ...], *, without: Collection[str] = ()) -> str:
        """Return the column that one of the words means best; empty if none does."""
        found = (column for level in self.levels for word in words for column in level.get(word, []) if column not in without)
        return next(found, "")

    def matched(
        self, words: Mapping[str, tuple[str, ...]], several: tuple[str, ...], unfit: Mapping[str, set[str]]
    ) -> dict[str, list[str]]:
        """Find the columns of each key by its words: the best readings first, each column once, and none that is unfit for it.

        Keys of `several` take all columns that their words mean, also numbered ones: holder1, holder2.
        """
        hits: dict[str, list[str]] = {}
        used: set[str] = set()
        for level in self.levels:
            for key, names in words.items():
                if key in hits and key not in several:
                    continue
                left_out = used | unfit.get(key, set())
                found = [column for name in names for column in level.get(name, []) if column not in left_out]
                found = list(dict.fromkeys(found)) if key in several else found[:1]
                if found:
                    hits.setdefault(key, []).extend(found)
                    used.update(found)
            for key in several:
                numbered = list(dict.fromkeys(self._numbered(level, words.get(key, ()), used)))
                if numbered:
                    hits.setdefault(key, []).extend(numbered)
                    used.update(numbered)
        return {key: hits[key] for key in words if key in hits}

    @staticmethod
    def _numbered(level: Level, names: tuple[str, ...], used: set[str]) -> Iterator[str]:
        for name, columns in level.items():
            if name.rstrip("0123456789 ") in names:
                yield from (column for column in columns if column not in used)


def _readings(column: str) -> tuple[list[str], list[str], list[str]]:
    """Give what a header may be read as: as it is written, without what means nothing, without what it is said of."""
    written = folded(column)
    spaced = folded(_CAPITAL.sub(" ", column))
    spaced = re.sub(r"(?<=[a-z])(?=id$)", " ", written) if column.endswith("ID") and spaced == written else spaced
    plain = [spaced]
    for pattern in (_LANGUAGE, PLACE_SUFFIX, IDLE_SUFFIX):
        plain += [pattern.sub("", plain[-1]), pattern.sub("", spaced)]
    bare = [_SUBJECT.sub("", word) for word in plain]
    bare += [_SUBJECT.sub("", word) for word in bare]
    return [written], plain, bare
