"""The pages of accounts and groups: Django's own, where an account that was used is kept."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from curation.signing.second import remove_of
from curation.unknown import TellsUnknownFilters

KEEP = "An account that has been used cannot be deleted, because the history refers to it. Deactivate it instead."


#: So many links are made at once.
_MOST_LINKS = 20


class AccountPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts: a user who has signed in is deactivated, not deleted."""

    actions = ("make_links", "remove_second_factor")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the roles."""
        return (*super().get_list_display(request), "roles")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Load the roles with the accounts."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, account: Any) -> str:
        """Name the groups of an account."""
        named = ["superuser"] if account.is_superuser else []
        return ", ".join([*named, *(group.name for group in account.groups.all())]) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave the dates to the registry, superusers and single rights to superusers, and one's own roles to others."""
        kept: tuple[str, ...] = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        if obj is not None and obj.pk == request.user.pk and not request.user.is_superuser:
            kept += ("groups", "is_staff", "is_active")
        return (*super().get_readonly_fields(request, obj), *kept, "last_login", "date_joined")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave the accounts of superusers to superusers."""
        allowed = super().has_change_permission(request, obj)
        return allowed and not (obj is not None and obj.is_superuser and not request.user.is_superuser)

    @admin.action(description="Make a link to set a password", permissions=["change"])
    def make_links(self, request: HttpRequest, accounts: "QuerySet[Any]") -> None:
        """Make a link for each selected account, valid once and for some days; send it if mail is configured."""
        for account in accounts[:_MOST_LINKS]:
            if not self.has_change_permission(request, account) or not account.is_active:
                self.message_user(request, f"{account}: this account gets no link from you.", messages.ERROR)
                continue
            key = urlsafe_base64_encode(force_bytes(account.pk))
            path = reverse("admin:password_reset_confirm", args=[key, default_token_generator.make_token(account)])
            link = request.build_absolute_uri(path)
            self.log_change(request, account, "Made a link to set a password.")
            if getattr(settings, "MAIL_IS_CONFIGURED", False) and account.email:
                send_mail("Your account of the registry", f"Set your password here:\n\n{link}\n", None, [account.email])
                self.message_user(request, f"The link was sent to {account.email}.", messages.SUCCESS)
            else:
                self.message_user(request, f"{account}: give this link to nobody else. It works once: {link}", messages.SUCCESS)

    @admin.action(description="Remove the second factor (a lost device)", permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, accounts: "QuerySet[Any]") -> None:
        """Let somebody in again who has lost the device and the recovery codes."""
        for account in accounts[:_MOST_LINKS]:
            if account.pk == request.user.pk:
                said = _("Remove your own second factor on its page, with your password and a code.")
                self.message_user(request, said, messages.ERROR)
            elif not self.has_change_permission(request, account):
                self.message_user(request, f"{account}: this is not yours to remove.", messages.ERROR)
            elif remove_of(account):
                self.log_change(request, account, "Removed the second factor.")
                self.message_user(request, f"{account}: the second factor was removed.", messages.SUCCESS)

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
