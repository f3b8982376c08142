"""The pages of accounts and groups: Django's own, where an account that was used is kept."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest

from curation.unknown import TellsUnknownFilters

KEEP = "An account that has been used cannot be deleted, because the history refers to it. Deactivate it instead."


class AccountPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts: a user who has signed in is deactivated, not deleted."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave the dates to the registry: by the last sign-in it is known that an account was used."""
        return (*super().get_readonly_fields(request, obj), "last_login", "date_joined")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep who has signed in."""
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.last_login)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say of which of the chosen accounts the history needs the name."""
        deleted, counts, permissions, protected = super().get_deleted_objects(objs, request)
        used = list(objs.exclude(last_login=None)) if isinstance(objs, QuerySet) else [one for one in objs if one.last_login]
        if used:
            permissions = set(permissions) - {str(self.opts.verbose_name)}  # It is not a right that is wanting.
        return deleted, counts, permissions, [*protected, *(f"{account}: {KEEP}" for account in used)]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Describe why there is no button to delete with."""
        account = context.get("original")
        if account is not None and account.last_login and super().has_delete_permission(request):
            context["subtitle"] = KEEP
        return super().render_change_form(request, context, *args, **kwargs)


def own_page(models: Any, page: type[Any]) -> type[Any]:
    """Return the page of another application as this registry shows it."""
    if issubclass(page, TellsUnknownFilters):
        return page
    own = (AccountPage,) if get_user_model() in models else ()
    return type(page.__name__, (*own, TellsUnknownFilters, page), {})
