"""What the modules of `curation.kinds` declare: the page of a table, and its heading in the admin."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import admin
from django.db import models

_Page = TypeVar("_Page", bound=type[admin.ModelAdmin])
PAGES: dict[type[models.Model], type[admin.ModelAdmin]] = {}
#: What is not a kind of record → the heading under which it is listed.
HEADINGS: dict[type[models.Model], str] = {}


def page_of(model: type[models.Model], *, heading: str = "") -> Callable[[_Page], _Page]:
    """Make a class the page of a table, as `admin.register` does; kinds of record are listed under their own group."""

    def register(page: _Page) -> _Page:
        PAGES[model] = page
        if heading:
            HEADINGS[model] = heading
        return page

    return register
