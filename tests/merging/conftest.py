"""People who may merge, and some who may not."""

from tests.curation.conftest import _quick_passwords, admin, editor, reviewer, roles  # noqa: F401
