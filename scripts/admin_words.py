"""What the admin says of models, fields, checks and rules, which is declared beside what it names."""

import re
from collections.abc import Iterator

from django.db.models import Field
from django.db.models.constraints import BaseConstraint
from django.utils.text import capfirst

#: Codes that pages of the admin show as words: what was done with a row, how likely a duplicate is, steps of an import.
_CODES = (
    *("added", "changed", "removed", "moved"),
    *("certain", "likely", "possible", "unlikely", "similar"),
    *("starting", "reading", "writing the report", "taking back"),
)
_RAISED = re.compile(r"MESSAGE = '((?:[^']|'')*)'(?!\s*\|\|)")


def declared() -> Iterator[str | tuple[str, str]]:
    """Yield the messages; a pair where a number is written before them."""
    from config.script_words import messages_in
    from curation.checks import CHECKS
    from curation.labels import FIELD_LABELS
    from curation.language import PACKAGES
    from curation.merging.compare import CALLED
    from curation.next_steps import STEPS
    from curation.registration import groups
    from curation.roles import ACCOUNTS, AUDITORS, EDITORS, REVIEWERS
    from imports.kinds import KINDS
    from imports.report.rules import TITLES

    yield from (pair if pair[1] else pair[0] for pair in messages_in(*PACKAGES))
    yield from (str(text) for checks in CHECKS.values() for check in checks for text in (check.title, check.says))
    yield from (do for do, _ in STEPS.values())
    yield from (*map(capfirst, FIELD_LABELS.values()), *CALLED.values(), *groups(), *_CODES)
    yield from (EDITORS, REVIEWERS, AUDITORS, ACCOUNTS)
    yield from (*TITLES.values(), *(kind.title for kind in KINDS.values()))
    yield from _of_models()
    yield from _of_vocabularies()
    yield from _of_triggers()


def _of_models() -> Iterator[str | tuple[str, str]]:
    """Yield the names of the models that have pages or rows there, of their fields, and the messages of their rules."""
    from curation.light import is_heavy_generated
    from curation.registration import pages
    from curation.roles import curated_models
    from registry.models import Curator
    from registry.words import counting

    for model in dict.fromkeys((*pages(), *curated_models(), Curator)):
        one, several = (
            str(name).replace("license", "licence") for name in (model._meta.verbose_name, model._meta.verbose_name_plural)
        )
        yield counting(model._meta)
        yield from (capfirst(one), capfirst(several))
        for field in model._meta.get_fields():
            if isinstance(field, Field) and not is_heavy_generated(field):
                yield capfirst(str(field.verbose_name).replace("license", "licence"))
                if field.editable:
                    yield str(field.help_text or "")
        for rule in model._meta.constraints:
            if rule.violation_error_message != BaseConstraint.default_violation_error_message:
                yield str(rule.violation_error_message)


def _of_vocabularies() -> Iterator[str]:
    from registry import vocabularies
    from registry.vocabularies.base import Vocabulary

    for kind in vars(vocabularies).values():
        if isinstance(kind, type) and issubclass(kind, Vocabulary):
            yield from (str(member._label_) for member in kind)


def _of_triggers() -> Iterator[str]:
    """Yield the messages of triggers in which the database fills nothing in; the others stand in registry.refusals."""
    from registry.derived import declared as functions
    from registry.refusals import sentence

    for function in functions.declared():
        for text in _RAISED.findall(function.create()):
            yield sentence(text.replace("''", "'"))
