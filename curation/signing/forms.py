"""The forms that ask for a password: each wrong one counts, and is logged."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy

from curation.signing import second
from curation.signing.listener import THROTTLED, client_address, listened_to


class SignInForm(AdminAuthenticationForm):
    """Name and password, and a code where accounts may have a second factor."""

    code = forms.CharField(
        required=False,
        max_length=40,
        label=gettext_lazy("Code, if your account has a second factor"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave the code out where no account has one."""
        super().__init__(*args, **kwargs)
        if not second.is_on():
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Check the password, unless too many were wrong."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name is None or not password:
            return super().clean()  # type: ignore[no-any-return]
        with listened_to(name, client_address(self.request), "sign-in"):
            cleaned: dict[str, Any] = super().clean()
            # A wrong code counts as a wrong password does.
            second.check_code(self.get_user(), self.cleaned_data.get("code", ""))
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        return cleaned

    def wait(self) -> int | None:
        """Return the seconds to wait, if too many passwords were wrong."""
        errors = self.non_field_errors().as_data()
        return next((error.params["seconds"] for error in errors if error.code == THROTTLED and error.params), None)


class OwnPasswordForm(AdminPasswordChangeForm):
    """A new password for oneself; the old one is asked for, and cannot be guessed at leisure with a found session."""

    def clean_old_password(self) -> str:
        """Check the old password, unless too many were wrong."""
        with listened_to(self.user.get_username(), "own password", "change of the password"):
            old: str = super().clean_old_password()
        return old
