"""Every address of the service."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    # What is asked for most comes first.
    path("api/v1/", include("api.rest.urls")),
    path("api/v1/", include("api.exports.urls")),
    path("api/v1/statements/", include("api.statements.urls")),
    path("api/v1/changes/", include("api.changes.urls")),
    path("api/v1/questions/", include("api.questions.urls")),
    path("ogc/", include("api.ogc.urls")),
    path("tiles/", include("api.tiles.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("", include("explorer.urls")),
    path("", include("pages.sitemap")),
    path("", include("releases.file_urls")),
    # Pages are in English without a prefix, and in Russian below /ru/ (see config.middleware.PageLanguage).
    *i18n_patterns(
        path("", include("explorer.front")),
        path("", include("pages.urls")),
        path("", include("releases.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "api.errors.bad_request"
handler404 = "explorer.errors.not_found"
handler500 = "explorer.errors.broken"
