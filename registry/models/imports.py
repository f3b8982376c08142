"""Imports of files: each run, its rows as the file had them, what is odd about them, and what they became."""

from typing import Any

from django.conf import settings
from django.db import models

from registry.constraints import one_of
from registry.models.sources import Source
from registry.vocabularies import ImportState, RecordStatus, RowOutcome

#: A file brings many rows, and whole runs are removed at once: the database need not ask for each row whether its run exists.
_UNCHECKED: Any = {"on_delete": models.CASCADE, "db_constraint": False}


class ImportRun(models.Model):
    """One file on its way into the registry: who uploaded it, what was found in it, what it changed."""

    kind = models.CharField(max_length=60, help_text="Kind of file, e.g. usgs-ree; it determines how columns are read.")
    target = models.CharField(max_length=24, help_text="Kind of record in the rows: deposit, license, country or finding.")
    state = models.CharField(
        max_length=16, choices=ImportState.choices, default=ImportState.READING, help_text="State of the import."
    )
    record_status = models.CharField(
        max_length=16,
        choices=RecordStatus.choices,
        default=RecordStatus.PUBLISHED,
        help_text="The status that new records get: published or draft.",
    )
    file_name = models.CharField(max_length=300, help_text="Name of the file as uploaded.")
    file_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal.")
    file_bytes = models.BigIntegerField(help_text="Size of the file in bytes.")
    options = models.JSONField(default=dict, help_text="Reading options: mapping, encoding, SRID, layer.")
    columns = models.JSONField(default=list, help_text="The columns of the file, in their order.")
    notes = models.JSONField(
        default=list,
        db_default=[],
        help_text="How the file was read: the choices, which of them are guesses, and what is missing.",
    )
    shown = models.JSONField(
        default=list, db_default=[], help_text="A few of its records as readers will see them, found by the check."
    )
    source_card = models.JSONField(default=dict, help_text="The source that the rows cite, if it must be created.")
    source = models.ForeignKey(
        Source, null=True, on_delete=models.PROTECT, related_name="import_runs", help_text="The source that the rows cite."
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The user who uploaded the file.",
    )
    actor = models.CharField(max_length=60, default="", help_text="Interface that was used, e.g. load (the command).")
    created_at = models.DateTimeField(auto_now_add=True, help_text="Time of the upload.")
    loaded_at = models.DateTimeField(null=True, help_text="Time of the load.")
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, help_text="Time of the undo.")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    context = models.UUIDField(null=True, help_text="The history context of its changes.")
    counts = models.JSONField(
        default=dict, help_text="Number of rows read, new, changed, unchanged, not changed, rejected, and with warnings."
    )
    report = models.TextField(blank=True, default="", help_text="The report, a page of HTML.")
    message = models.TextField(blank=True, default="", help_text="Reason of the failure, if it failed.")

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("importrun_state", "state", ImportState)]
        default_permissions = ("view",)
        permissions = [
            ("stage_importrun", "Can upload and check files"),
            ("load_importrun", "Can load and undo imports"),
        ]

    def __str__(self) -> str:
        """Name file and number."""
        return f"import {self.pk}: {self.file_name}"


class ImportRow(models.Model):
    """One row of a file: as the file has it, and in the registry's words.

    Kept for what was written, refused or doubted; rows that changed nothing are dropped when the run is loaded.
    """

    run = models.ForeignKey(ImportRun, related_name="rows", db_index=False, **_UNCHECKED)
    line = models.BigIntegerField(help_text="Line in the file, counted from 1.")
    scheme = models.CharField(max_length=40, default="", help_text="Scheme of the id.")
    value = models.CharField(max_length=200, default="", help_text="The id itself.")
    digest = models.CharField(max_length=32, default="", help_text="Digest of the mapped row.")
    is_sound = models.BooleanField(default=True, help_text="Whether the mapping found no error.")
    raw = models.JSONField(help_text="The row as in the file.")
    mapped = models.JSONField(help_text="The mapped row.")
    problems = models.JSONField(null=True, help_text="Problems found by the reader and the mapping.")

    class Meta:
        default_permissions = ("view",)
        ordering = ["run_id", "line"]
        indexes = [models.Index(fields=["run", "line"], name="importrow_line")]

    def __str__(self) -> str:
        """Describe where it stands."""
        return f"row {self.line}"


class ImportProblem(models.Model):
    """What is wrong or odd about a row: an error keeps it out, a warning is reported and the row goes in."""

    run = models.ForeignKey(ImportRun, related_name="found", db_index=False, **_UNCHECKED)
    row = models.ForeignKey(ImportRow, related_name="found", **_UNCHECKED)
    line = models.BigIntegerField(help_text="Line of the row in the file.")
    rule = models.CharField(max_length=80, help_text="The rule that the row breaks.")
    column = models.CharField(max_length=200, default="", help_text="The column of the file or of the registry.")
    value = models.TextField(default="", help_text="The value.")
    message = models.TextField(help_text="Description of the problem.")
    fix = models.TextField(default="", help_text="The likely fix, if known.")
    is_error = models.BooleanField(help_text="Whether the row is rejected.")
    offer = models.JSONField(null=True, help_text="The fix that can be accepted with one click, if there is one.")
    by_registry = models.BooleanField(default=False, help_text="Whether it was found by comparison with the registry.")

    class Meta:
        default_permissions = ("view",)
        ordering = ["run_id", "line", "id"]
        indexes = [models.Index(fields=["run", "rule", "line"], name="importproblem_rule")]

    def __str__(self) -> str:
        """Describe which rule, and where."""
        return f"row {self.line}: {self.rule}"


class ImportOutcome(models.Model):
    """What a row became: which record, in which version, and which of its facts come from this data set."""

    run = models.ForeignKey(ImportRun, related_name="outcomes", db_index=False, **_UNCHECKED)
    row = models.OneToOneField(ImportRow, related_name="became", **_UNCHECKED)
    scheme = models.CharField(max_length=40)
    value = models.CharField(max_length=200)
    outcome = models.CharField(max_length=16, choices=RowOutcome.choices)
    record_id = models.BigIntegerField(help_text="Key of the record, in the table of the run's target.")
    version = models.PositiveIntegerField(
        help_text="The version of the record with the import's values; updated when an undo restores them."
    )
    owned = models.JSONField(null=True, help_text="The facts that this data set wrote; null if it created the record.")
    differs = models.BooleanField(default=False, help_text="Whether a value of the row was not adopted.")
    taken_back = models.BooleanField(db_default=False, help_text="Whether an undo has reverted these changes.")

    class Meta:
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [one_of("importoutcome_outcome", "outcome", RowOutcome)]
        indexes = [
            models.Index(fields=["scheme", "value", "run"], name="importoutcome_id"),
            models.Index(fields=["run", "record_id"], name="importoutcome_record"),
        ]

    def __str__(self) -> str:
        """Describe what it became."""
        return f"{self.scheme}:{self.value} {self.outcome}"
