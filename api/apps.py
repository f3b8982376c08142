"""The API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Resources declared once, and everything derived from them."""

    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Load the declarations, so that a wrong one stops the start, and add what the database derives from them."""
        import api.questions.declared
        import api.resources  # noqa: F401 - registers the declarations
        from api.changes import era
        from api.changes import steps as changes
        from api.documents import concerns, disputed, past, tallies
        from api.documents import steps as documents
        from api.exports.curated import CuratedFiles
        from api.kept import facets
        from api.kept import renderings as kept
        from api.resources import duplicates
        from api.resources.resource import require_all
        from api.tiles import positions
        from api.tiles import renderings as tiles
        from registry import files
        from registry.derived import declared, rebuild
        from registry.upgrade import reconcile, suspension

        require_all()
        files.provide(CuratedFiles())
        past.require_indexes()
        documents.note_children_shown()
        for derived in (
            concerns.derived,
            changes.derived,
            tallies.derived,
            positions.derived,
            facets.derived,
            documents.derived,
            disputed.derived,
            duplicates.derived,
        ):
            declared.provide(derived)
        declared.provide_triggers(facets.at_commit)
        reconcile.provide(documents.refresh)
        reconcile.afterwards(concerns.walk_all)
        reconcile.afterwards(kept.forget)
        for renderings in (concerns.renderings, documents.renderings, tallies.renderings, tiles.renderings, kept.renderings):
            rebuild.provide(renderings)
        suspension.after_install(era.begin_era)
