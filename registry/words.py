"""What models, fields, choices and rules are called, in the language of the page.

Their names stand in the models in English. Here they are made to follow the language that is active, once, when all models are
loaded: forms, lists and messages of the admin, which take them from the models, then say them in the curator's language.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.constraints import BaseConstraint
from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext


def called(text: str) -> str:
    """Translate the name of a model or field, which the catalogue has with a capital, for use within a sentence."""
    title = capfirst(text.replace("license", "licence"))
    found = gettext(title)
    if found == title:
        return gettext(text)
    return found if text == title or found[1:2].isupper() else found[:1].lower() + found[1:]


called_lazy = lazy(called, str)


def counted(options: Any, number: int, shown: str = "") -> str:
    """Write how many records of a model there are: `1 deposit`, `3 deposits`."""
    one, several = counting(options)
    return ngettext(one, several, number) % {"number": shown or number}


def counting(options: Any) -> tuple[str, str]:
    """Return the messages in which records of a model are counted, of one and of several."""
    with translation.override(None):
        names = [str(name).replace("license", "licence") for name in (options.verbose_name, options.verbose_name_plural)]
    return f"%(number)s {names[0]}", f"%(number)s {names[1]}"


def follow_language(found: Iterable[type[models.Model]]) -> None:
    """Let the names of models, of their fields and the messages of their rules be said in the active language."""
    for model in found:
        options = model._meta
        options.verbose_name, options.verbose_name_plural = (
            _lazily(name) for name in (options.verbose_name, options.verbose_name_plural)
        )
        for field in options.get_fields():
            if isinstance(field, models.Field) and field.model is model:
                field.verbose_name = _lazily(field.verbose_name)
                if field.choices and not isinstance(field.choices[0][1], Promise):
                    field.choices = [(code, _lazily(label)) for code, label in field.choices]
                if field.help_text and not isinstance(field.help_text, Promise):
                    field.help_text = gettext_lazy(field.help_text)
        for rule in options.constraints:
            message = rule.violation_error_message
            if message != BaseConstraint.default_violation_error_message and not isinstance(message, Promise):
                rule.violation_error_message = gettext_lazy(str(message))


def own_models() -> list[type[models.Model]]:
    """List the models of the registry."""
    return list(apps.get_app_config("registry").get_models())


def _lazily(name: Any) -> Any:
    # The plural that Django makes of a singular is a promise, too.
    return called_lazy(str(name))
