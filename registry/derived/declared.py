"""The one list of everything that the database is given by the declarations: functions, triggers, and the steps within them."""

from collections.abc import Callable, Iterable
from functools import cache

from registry.derived.checks import CommitCheck, check_function
from registry.derived.dispatch import dispatchers
from registry.derived.objects import DerivedFunction
from registry.derived.steps import Step

#: Gives more steps and functions: a package that derives something from its own declarations (documents, changes, tiles).
Provider = Callable[[], tuple[Iterable[Step], Iterable[DerivedFunction]]]
_providers: list[Provider] = []
#: Gives the steps of the triggers that models declare, and what they check at commit.
Triggers = Callable[[], tuple[Iterable[Step], Iterable[CommitCheck]]]
_triggers: list[Triggers] = []


def provide(provider: Provider) -> None:
    """Add the steps and functions that a package derives; the order of a table's steps is that of their layers."""
    _providers.append(provider)
    declared.cache_clear()


def provide_triggers(triggers: Triggers) -> None:
    """Add the triggers of models, which stand above this layer."""
    _triggers.append(triggers)
    declared.cache_clear()


@cache
def declared() -> tuple[DerivedFunction, ...]:
    """List every derived function, with its triggers and steps, in the order of installation."""
    steps: list[Step] = []
    checks: list[CommitCheck] = []
    functions: list[DerivedFunction] = []
    for triggers in _triggers:
        more_steps, more_checks = triggers()
        steps += more_steps
        checks += more_checks
    for provider in _providers:
        more_steps, more_functions = provider()
        steps += more_steps
        functions += more_functions
    functions += [check_function(checks), *dispatchers(steps)]
    _refuse_doubles(functions)
    return tuple(functions)


def _refuse_doubles(functions: list[DerivedFunction]) -> None:
    names = [function.name for function in functions]
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two derived functions have one name: {', '.join(doubles)}")
    for function in functions:
        labels = [(step.name, step.operations) for step in function.steps]
        if len(labels) != len(set(labels)):
            raise ValueError(f"{function.name}: two steps have one name")
