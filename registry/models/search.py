"""Text as search compares it."""

from typing import Any

from django.db import models
from django.db.models import Func
from django.db.models.lookups import Lookup


class Folded(Func):
    """Latin letters without marks, one spelling for y and i; each word after a space, hyphenated words joined as well."""

    function = "registry_fold_name"
    output_field = models.TextField()


@models.Field.register_lookup
class HoldsWord(Lookup):  # type: ignore[type-arg]
    """`folded__holds_word=word`: the folded text holds the word, or a word that begins with it if it is short."""

    lookup_name = "holds_word"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Fold the word by the same function, so that any script and spelling meet."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} LIKE registry_pattern({right})", [*left_params, *right_params]
