"""The admin's frame."""

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy

from curation.history.log_page import log_page
from curation.language import choose_language, language_context
from curation.pages.deleted import deleted_page
from curation.pages.find import FindOneKind, find_any
from curation.pages.front import front_page
from curation.pages.location import read_file, read_place
from curation.pages.search_page import search_page
from curation.pages.similar import similar
from curation.pages.slugs import suggest
from curation.people import own_page
from curation.registration import groups, pages
from curation.selections.bulk_pages import bulk_page
from curation.signing import oidc, second
from curation.signing.again import KEPT, send_again, sign_in_first
from curation.signing.forms import OwnPasswordForm, SignInForm


class RegistryAdminSite(AdminSite):
    """Where curators work."""

    site_header = site_title = gettext_lazy("Rare-earth deposits registry")
    index_title = gettext_lazy("Curation")
    enable_nav_sidebar = True
    empty_value_display = "–"
    login_form = SignInForm
    login_template = "curation/sign_in.html"

    def __init__(self, name: str = "admin") -> None:
        """Register the pages of the registry; Django's own for people and groups follow by autodiscovery."""
        super().__init__(name)
        for model, page in pages().items():
            self.register(model, page)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take the pages of other applications as this registry shows them."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else (model_or_iterable,)
        if any(model._meta.app_label.startswith("otp_") for model in models):
            return  # Keys are shown to their owner alone, once.
        super().register(models, admin_class and own_page(models, admin_class), **options)

    def get_urls(self) -> list[Any]:
        """Add the small answers that our own pages ask for."""
        return [
            path("second-factor/", self.admin_view(self.second_factor), name="second_factor"),
            path("language/", choose_language, name="language"),
            path("oidc/", oidc.begin, name="oidc"),
            path("oidc/back/", oidc.back, name="oidc_back"),
            path("reset/<uidb64>/<token>/", self.password_reset, name="password_reset_confirm"),
            path("bulk/<int:pk>/", self.admin_view(self.bulk), name="bulk"),
            path("log/", self.admin_view(self.log), name="log"),
            path("search/", self.admin_view(self.search), name="search"),
            path("bin/", self.admin_view(self.deleted), name="bin"),
            path("find/", self.admin_view(self.find_record), name="find_record"),
            path("slug/", self.admin_view(self.suggest_slug), name="suggest_slug"),
            path("similar/", self.admin_view(self.similar_records), name="similar_records"),
            path("read-place/", self.admin_view(read_place), name="read_place"),
            path("read-shape-file/", self.admin_view(read_file), name="read_shape_file"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Keep what somebody sends whose sign-in has ended."""
        guarded = super().admin_view(view, cacheable)

        def signed_in(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method == "POST" and request.user.is_anonymous and (first := sign_in_first(request, self)):
                return first
            if second.must_set_up(request) and request.path not in self._without_second():
                return HttpResponseRedirect(reverse(f"{self.name}:second_factor"))
            return guarded(request, *args, **kwargs)

        return update_wrapper(signed_in, guarded)

    def _without_second(self) -> set[str]:
        """Return the addresses for somebody who has to set a second factor up first."""
        return {reverse(f"{self.name}:{name}") for name in ("second_factor", "login", "logout", "password_change", "jsi18n")}

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Tell pages whether accounts may have a second factor, and which languages there are."""
        return {**super().each_context(request), **language_context(), "second_factor": second.is_on()}

    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Set up or remove the second factor of oneself."""
        return second.second_factor_page(request, self)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Sign in; tell how long to wait, and come back to what had been typed."""
        text = request.POST.get(KEPT, "")
        provider = {"oidc_name": settings.OIDC.get("name", ""), "kept": text}
        response: Any = super().login(request, {**provider, **(extra_context or {})})
        if response.status_code == 302 and text and request.user.is_authenticated:
            return send_again(request, self, text, gettext("You are signed in again.")) or response
        form = (getattr(response, "context_data", None) or {}).get("form")
        if isinstance(form, SignInForm) and form.is_bound and (seconds := form.wait()):
            response.status_code, response["Retry-After"] = 429, str(seconds)
        return response

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Change one's own password, as Django does, by the form that counts wrong ones."""
        return PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            template_name="registration/password_change_form.html",
            success_url=reverse(f"{self.name}:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)

    def deleted(self, request: HttpRequest) -> HttpResponse:
        """Show deleted drafts, and restore one."""
        return deleted_page(request, self)

    def bulk(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what became of each record of a step with many, and undo it as one."""
        return bulk_page(request, self, pk)

    def log(self, request: HttpRequest) -> HttpResponseBase:
        """Show all changes."""
        return log_page(request, self)

    def search(self, request: HttpRequest) -> HttpResponse:
        """Search all kinds of record."""
        return search_page(request, self)

    def password_reset(self, request: HttpRequest, uidb64: str, token: str) -> HttpResponseBase:
        """Set a password by a link that an administrator of accounts has made."""
        return PasswordResetConfirmView.as_view(
            template_name="registration/password_reset_confirm.html",
            success_url=reverse(f"{self.name}:login"),
            extra_context=self.each_context(request),
        )(request, uidb64=uidb64, token=token)

    def find_record(self, request: HttpRequest) -> JsonResponse:
        """Find records of several kinds."""
        return find_any(request, self)

    def suggest_slug(self, request: HttpRequest) -> JsonResponse:
        """Suggest a slug."""
        return suggest(request, self)

    def similar_records(self, request: HttpRequest) -> HttpResponse:
        """Name likely duplicates."""
        return similar(request, self)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Find records of one kind."""
        return FindOneKind.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show work to do before everything else."""
        return super().index(request, {**front_page(request, self), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Group the tables of the registry by what they are for, in the order of work."""
        apps = super().get_app_list(request, app_label)
        listed = []
        for app in apps:
            if app["app_label"] != "registry":
                listed.append({**app, "name": gettext("People")} if app["app_label"] == "auth" else app)
                continue
            entries = {entry["model"]: entry for entry in app["models"]}
            for position, (name, models) in enumerate(groups().items()):
                found = [entries[model] for model in models if model in entries]
                if found:
                    listed.insert(position, {**app, "name": gettext(name), "heading": name, "models": found})
        return listed
