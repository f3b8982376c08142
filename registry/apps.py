"""The domain."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy


class RegistryConfig(AppConfig):
    """Models, rules, provenance and curation; no HTTP but in the admin."""

    name = "registry"
    verbose_name = gettext_lazy("Registry")  # type: ignore[assignment]

    def ready(self) -> None:
        """Reject incomplete kinds of record; take derived triggers out of the way of migrations, and install them again."""
        from registry import absences, cited_rows, coverage, homes, support
        from registry.complete import require_complete
        from registry.derived import declared, rebuild
        from registry.roots import root_function
        from registry.triggers import declared_by_models, review, sides, words
        from registry.upgrade import reconcile
        from registry.words import follow_language, own_models

        require_complete()
        follow_language(own_models())
        for triggers in (declared_by_models, coverage.declared, cited_rows.declared, support.declared, absences.declared):
            declared.provide_triggers(triggers)
        declared.provide(
            lambda: (
                review.steps(),
                (root_function(), *homes.functions(), *sides.functions(), *review.functions(), *words.functions()),
            )
        )
        for renderings in (support.renderings, coverage.renderings, absences.renderings, words.renderings):
            rebuild.provide(renderings)
        reconcile.afterwards(words.forget)
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(plan: Any = None, **options: Any) -> None:
    from registry.upgrade import suspension

    suspension.suspend(plan or [])


def _after(plan: Any = None, verbosity: int = 1, stdout: Any = None, **options: Any) -> None:
    from registry.upgrade import suspension

    # “flush” sends the same signal without a plan, and leaves the triggers where they are.
    if plan is not None:
        suspension.resume(stdout.write if stdout is not None and verbosity > 0 else lambda text: None)
