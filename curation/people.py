"""The pages of accounts and groups: Django's own, where an account that was used is kept."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from curation.signing.second import remove_of
from curation.signing.sessions import end_sessions_of
from curation.unknown import TellsUnknownFilters
from registry.kinds import RECORD_KINDS
from registry.models import Curator
from registry.words import called_lazy

KEEP = gettext_lazy("An account that has been used cannot be deleted, because the history refers to it. Deactivate it instead.")


#: Applications whose records have pages here.
_APPS = ("registry", "auth", "admin")
#: So many links are made at once.
_MOST_LINKS = 20


class LimitsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The language and the limits of an account."""

    kinds = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Kinds of record")
    )

    class Meta:
        widgets = {"countries": forms.SelectMultiple(attrs={"size": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the kinds as pages do."""
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        kinds.choices = [(kind.name, capfirst(str(kind.model._meta.verbose_name_plural))) for kind in RECORD_KINDS]
        kinds.help_text = Curator._meta.get_field("kinds").help_text


class LimitsInline(admin.StackedInline):  # type: ignore[type-arg]
    """What the roles of an account are limited to; nobody sets their own."""

    model = Curator
    form = LimitsForm
    fields = ("countries", "kinds", "language")
    can_delete = False
    verbose_name = verbose_name_plural = called_lazy("limits of the roles, and language")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer an empty row only where one may be made."""
        return int(self.has_add_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show it to who may see the account."""
        return request.user.has_perm("auth.view_user")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Set it where the roles may be set."""
        is_own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return request.user.has_perm("auth.change_user") and not is_own

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Set it where the roles may be set."""
        return self.has_add_permission(request, obj)


class RolesPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Roles and single rights, each with a box to tick."""

    change_list_template = "admin/registry/record_list.html"
    show_facets = admin.ShowFacets.NEVER
    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Call the roles as curators do."""
        field: Any = super().formfield_for_manytomany(
            db_field, request, **{"widget": forms.CheckboxSelectMultiple(attrs={"class": "rights"}), **kwargs}
        )
        if field is not None and db_field.name == "groups":
            field.label_from_instance = lambda group: gettext(group.name)
        elif field is not None:
            # The rows that libraries keep (the history's context, keys of second factors) have no pages.
            field.queryset = field.queryset.filter(content_type__app_label__in=_APPS)
        return field


class FlagFilter(admin.BooleanFieldListFilter):
    """A filter by yes or no, as a drop-down list."""

    template = "curation/filter_select.html"


class RoleFilter(admin.RelatedFieldListFilter):
    """A filter by roles, as curators call them, as a drop-down list."""

    template = "curation/filter_select.html"

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Name the roles."""
        return [(key, gettext(str(name))) for key, name in super().field_choices(field, request, model_admin)]


class RolePage(RolesPage):
    """Roles by the names that curators know."""

    list_display = ("called",)

    @admin.display(description=called_lazy("name"), ordering="name")
    def called(self, role: Any) -> str:
        """Call the role as curators do."""
        return gettext(role.name)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the role as curators do above its form, and on the way to it."""
        if role := context.get("original"):
            context |= {"subtitle": gettext(role.name), "original": _named(role)}
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Call the role as curators do above its history."""
        return super().history_view(request, object_id, {**self._called(request, object_id), **(extra_context or {})})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Call the role as curators do before it is deleted."""
        return super().delete_view(request, object_id, {**self._called(request, object_id), **(extra_context or {})})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the roles and who has them; Django lists a line for each single right."""
        deleted, _, permissions, protected = super().get_deleted_objects(objs, request)
        accounts = get_user_model()._default_manager.filter(groups__in=[role.pk for role in objs]).distinct()
        counts = {self.opts.verbose_name_plural: len(deleted), get_user_model()._meta.verbose_name_plural: accounts.count()}
        return [gettext(role.name) for role in objs], counts, permissions, protected

    def _called(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        role = self.get_object(request, object_id)
        return {"object": _named(role), "subtitle": gettext(role.name)} if role else {}


def _named(role: Group) -> Group:
    """Return a role as pages call it, which is not saved."""
    return Group(pk=role.pk, name=gettext(role.name))


class AccountPage(RolesPage):
    """Accounts: a user who has signed in is deactivated, not deleted."""

    actions = ("make_links", "remove_second_factor")

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Show the limits of an account that is there."""
        return [
            *super().get_inlines(request, obj),
            *([LimitsInline] if obj is not None and self.model is get_user_model() else []),
        ]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Name the roles as curators do."""
        return [(one, RoleFilter if one == "groups" else FlagFilter) for one in super().get_list_filter(request)]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the roles."""
        return (*super().get_list_display(request), "roles")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Load the roles with the accounts."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=called_lazy("roles"))
    def roles(self, account: Any) -> str:
        """Name the groups of an account."""
        named = [gettext("superuser")] if account.is_superuser else []
        return ", ".join([*named, *(gettext(group.name) for group in account.groups.all())]) or "–"

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

    @admin.action(description=gettext_lazy("Make a link to set a password"), permissions=["change"])
    def make_links(self, request: HttpRequest, accounts: "QuerySet[Any]") -> None:
        """Make a link for each selected account, valid once and for some days; send it if mail is configured."""
        for account in accounts[:_MOST_LINKS]:
            if not self.has_change_permission(request, account) or not account.is_active:
                self.message_user(
                    request, gettext("%(account)s: this account gets no link from you.") % {"account": account}, messages.ERROR
                )
                continue
            key = urlsafe_base64_encode(force_bytes(account.pk))
            path = reverse("admin:password_reset_confirm", args=[key, default_token_generator.make_token(account)])
            link = request.build_absolute_uri(path)
            self.log_change(request, account, gettext("Made a link to set a password."))
            if getattr(settings, "MAIL_IS_CONFIGURED", False) and account.email:
                send_mail(
                    gettext("Your account of the registry"),
                    gettext("Set your password here:\n\n%(link)s\n") % {"link": link},
                    None,
                    [account.email],
                )
                self.message_user(
                    request, gettext("The link was sent to %(email)s.") % {"email": account.email}, messages.SUCCESS
                )
            else:
                self.message_user(
                    request,
                    gettext("%(account)s: give this link to nobody else. It works once: %(link)s")
                    % {"account": account, "link": link},
                    messages.SUCCESS,
                )

    @admin.action(description=gettext_lazy("Remove the second factor (a lost device)"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, accounts: "QuerySet[Any]") -> None:
        """Let somebody in again who has lost the device and the recovery codes."""
        for account in accounts[:_MOST_LINKS]:
            if account.pk == request.user.pk:
                said = _("Remove your own second factor on its page, with your password and a code.")
                self.message_user(request, said, messages.ERROR)
            elif not self.has_change_permission(request, account):
                self.message_user(
                    request, gettext("%(account)s: this is not yours to remove.") % {"account": account}, messages.ERROR
                )
            elif remove_of(account):
                end_sessions_of(account)  # The lost device may still have a session.
                self.log_change(request, account, gettext("Removed the second factor."))
                self.message_user(
                    request, gettext("%(account)s: the second factor was removed.") % {"account": account}, messages.SUCCESS
                )

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
    own = (AccountPage,) if get_user_model() in models else (RolePage,) if Group in models else ()
    return type(page.__name__, (*own, TellsUnknownFilters, page), {})
