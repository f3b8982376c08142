"""Files uploaded through the admin, and the processes that work on them: how far each has come, and how it ended."""

from django.conf import settings
from django.db import models

from registry.constraints import one_of
from registry.models.imports import ImportRun
from registry.vocabularies import TaskKind, TaskState


class ImportUpload(models.Model):
    """A file that a user uploaded, before and while it is checked: how it is to be read, and what was seen in it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, help_text="Time of the upload.")
    file_name = models.CharField(max_length=300, help_text="Sanitised name of the file.")
    file_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal.")
    file_bytes = models.BigIntegerField(help_text="Size of the file in bytes.")
    kind = models.CharField(max_length=60, help_text="Kind of file, e.g. usgs-ree, or generic.")
    mapping = models.TextField(blank=True, default="", help_text="Meaning of the columns, as YAML; for generic files.")
    encoding = models.CharField(max_length=40, blank=True, default="", help_text="Encoding, if stated.")
    srid = models.IntegerField(null=True, help_text="EPSG number of the coordinates, if stated.")
    layer = models.CharField(max_length=200, blank=True, default="", help_text="Sheet or layer, if stated.")
    publish = models.BooleanField(default=True, help_text="Whether new records are to be published.")
    preview = models.JSONField(null=True, help_text="Preview of the file: its columns and first rows, unchanged and mapped.")
    run = models.OneToOneField(
        ImportRun, null=True, on_delete=models.SET_NULL, related_name="upload", help_text="The resulting import."
    )

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["file_sha256"], name="importupload_sha256")]

    def __str__(self) -> str:
        """Name the file."""
        return self.file_name


class ImportTask(models.Model):
    """One process at work on a file or a run; it tells that it lives every second or so."""

    kind = models.CharField(max_length=16, choices=TaskKind.choices, help_text="Kind of task.")
    state = models.CharField(
        max_length=16, choices=TaskState.choices, default=TaskState.RUNNING, help_text="State of the task."
    )
    upload = models.ForeignKey(ImportUpload, null=True, on_delete=models.CASCADE, related_name="tasks")
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.SET_NULL, related_name="tasks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="", help_text="Reason, for the history.")
    step = models.CharField(max_length=200, blank=True, default="", help_text="Current step.")
    done = models.BigIntegerField(default=0, help_text="Completed part of the step.")
    total = models.BigIntegerField(null=True, help_text="Size of the step; null if unknown.")
    started_at = models.DateTimeField(auto_now_add=True, help_text="Time of the start.")
    seen_at = models.DateTimeField(help_text="Time of the last heartbeat.")
    ended_at = models.DateTimeField(null=True, help_text="Time of the end.")
    message = models.TextField(blank=True, default="", help_text="Reason of the failure, or result.")
    left_alone = models.JSONField(default=list, help_text="For an undo: the records that were not changed, and why.")

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [one_of("importtask_kind", "kind", TaskKind), one_of("importtask_state", "state", TaskState)]
        indexes = [models.Index(fields=["id"], name="importtask_running", condition=models.Q(state="running"))]

    def __str__(self) -> str:
        """Describe what it does."""
        return f"{self.get_kind_display()}: {self.run or self.upload}"
