"""Which of the fixes that a check offers a person has accepted: options of the run, kept with it."""

from collections.abc import Iterable
from typing import Any

from imports.plan.steps import Work
from registry.sql import Sql, sql

#: The option of a run with the accepted fixes: rule → true for all rows, or the ids of rows.
FIXES = "fixes"
#: The option of a run that says what unknown words mean: column or list → word → code.
WORDS = "words"
#: Rules whose fix can be accepted.
RULES = ("swapped", "sign-lost", "digit-lost", "coordinates-out-of-range", "datum-shifted", "renumbered")


def is_accepted(work: Work, rule: str, external: Sql) -> Sql:
    """Return the condition that a fix by a rule is accepted for the row with an id."""
    given = (work.run.options.get(FIXES) or {}).get(rule)
    if given is True:
        return sql("true")
    return sql("{external} = ANY ({ids})", external=external, ids=list(given)) if given else sql("false")


def has_accepted(work: Work) -> bool:
    """Return whether any fix or word of the run is accepted."""
    return bool(work.run.options.get(FIXES) or work.run.options.get(WORDS))


def together(*given: dict[str, Any]) -> dict[str, Any]:
    """Join what several places have accepted, as options; the later ones take precedence."""
    fixes: dict[str, Any] = {}
    words: dict[str, dict[str, str]] = {}
    for one in given:
        fixes |= one.get(FIXES) or {}
        for key, meant in (one.get(WORDS) or {}).items():
            words[key] = words.get(key, {}) | meant
    return {**({FIXES: fixes} if fixes else {}), **({WORDS: words} if words else {})}


def fixes_of(texts: Iterable[str]) -> dict[str, Any]:
    """Read “rule” or “rule=id” as accepted fixes; raises ValueError for a rule without a fix."""
    fixes: dict[str, Any] = {}
    for text in texts:
        rule, equals, external = text.partition("=")
        if rule not in RULES:
            raise ValueError(rule)
        if not equals:
            fixes[rule] = True
        elif fixes.get(rule) is not True:
            fixes.setdefault(rule, []).append(external)
    return fixes
