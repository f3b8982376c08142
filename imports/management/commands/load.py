"""`manage.py load KIND --file F`: load a third-party file, or with --dry-run only report what it would do."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from imports.errors import ImportRefused
from imports.failures import explained
from imports.flows import import_load, import_stage
from imports.parts import import_parts
from imports.plan.accepted import FIXES, RULES, WORDS, fixes_of
from imports.plan.doubles import SAME
from imports.plan.renumbered import RULE as RENUMBERED
from imports.refusal import FileRefused
from imports.report.page import unknown_words
from imports.report.rules import title
from imports.report.verdict import none_goes_in, verdict
from imports.source_file import guess, open_file
from registry.models import ImportProblem, ImportRun
from registry.upgrade.migrated import MigratedCommand
from registry.vocabularies import ImportState

_BAR = 24
#: Exit code when rows were read and each was refused; 1 is for a file that is refused as a whole.
NONE_GOES_IN = 3


class Command(MigratedCommand):
    """Load a file, and say what was done."""

    help = (
        "Load a third-party file. A bad row is reported and never stops the others; loading the same file"
        " twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the kind, the file, and how to read it."""
        parser.add_argument("kind", help="kind of file, e.g. usgs-ree; docs/importing.md lists them")
        parser.add_argument("--file", type=Path, required=True, metavar="F", help="the file")
        parser.add_argument("--dry-run", action="store_true", help="read, check and report; write nothing")
        parser.add_argument("--report", type=Path, metavar="OUT.html", help="write the report to this file")
        parser.add_argument(
            "--mapping", type=Path, metavar="M.yaml", help="the meaning of the columns, instead of that of the kind"
        )
        parser.add_argument(
            "--guess", action="store_true", help="write a guessed mapping from the header and first rows, and exit"
        )
        parser.add_argument("--encoding", help="encoding of the file, if it cannot be detected")
        parser.add_argument("--srid", type=int, help="EPSG number of the coordinates, if the file does not state it")
        parser.add_argument("--layer", help="sheet or layer to read")
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            metavar="RULE[=ID]",
            help=f"accept the fix that a check offers, for all rows or for one: {', '.join(RULES)}; may be repeated",
        )
        parser.add_argument(
            "--accept-renumbered",
            action="append_const",
            dest="accept",
            const=RENUMBERED,
            help="also write rows whose id belonged to a record with another name at another location",
        )
        parser.add_argument(
            "--word",
            action="append",
            default=[],
            metavar="FIELD:WORD=CODE",
            help="what a word means that a check calls unknown, such as commodities:blue clay=Zr; may be repeated",
        )
        parser.add_argument(
            "--same",
            action="append",
            default=[],
            metavar="ID=SLUG",
            help="the row with this id is this record of the registry; may be repeated",
        )
        status = parser.add_mutually_exclusive_group()
        status.add_argument("--publish", action="store_true", default=True, help="publish new records (the default)")
        status.add_argument("--draft", action="store_false", dest="publish", help="keep new records as drafts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open, load, report; if the file is refused, or no row of it can go in, say why and end with an exit code above 0."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        how = {name: options[name] for name in ("encoding", "srid", "layer") if options[name] is not None}
        given: dict[str, Any] = {"mapping": options["mapping"].name} if options["mapping"] else {}
        given |= {FIXES: _fixes(options["accept"])} if options["accept"] else {}
        given |= {WORDS: _words(options["word"])} if options["word"] else {}
        given |= {SAME: dict(_pair("--same", text, "ID=SLUG") for text in options["same"])} if options["same"] else {}
        try:
            with explained():
                if options["guess"]:
                    self.stdout.write(guess(path, encoding=options["encoding"], layer=options["layer"]))
                    return
                opened = open_file(path, options["kind"], mapping_path=options["mapping"], **how)
            flow = import_stage if options["dry_run"] else import_load
            with ProgressBar(sys.stderr) as bar:
                runs = import_parts(
                    flow,
                    opened=opened,
                    path=path,
                    actor="load",
                    publish=options["publish"],
                    options=how | given,
                    progress=bar,
                )
        except (FileRefused, ImportRefused) as error:
            said = str(error)
            raise CommandError(said if "othing was written" in said else f"{said}\nNothing was written.") from error
        for number, run in enumerate(runs):
            if options["verbosity"]:
                self._tell(run)
            if report := options["report"]:
                self._write_report(run, report.with_stem(f"{report.stem}-{number + 1}") if number else report)
        if all(none_goes_in(run.counts) for run in runs):
            raise CommandError(f"{verdict(runs[0].counts)} Nothing was written.", returncode=NONE_GOES_IN)

    def _write_report(self, run: ImportRun, path: Path) -> None:
        try:
            path.write_text(run.report, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"The report of import {run.pk} could not be written to {path}: {error.strerror}. The admin has it too."
            ) from error

    def _tell(self, run: ImportRun) -> None:
        counts = run.counts
        if nothing := verdict(counts):
            self.stdout.write(f"{counts['rows']:,} rows read. {nothing}")
        else:
            done = "would be" if run.state == ImportState.CHECKED else "were"
            self.stdout.write(f"{counts['rows']:,} rows read; {counts['new']:,} {done} added, {counts['changed']:,} changed")
        self.stdout.write(
            f"{counts['unchanged']:,} unchanged, {counts['left']:,} not changed, {counts['refused']:,} refused,"
            f" {counts['warned']:,} with a warning"
        )
        if derived := counts.get("derived"):
            self.stdout.write(f"{derived:,} with the country in whose outline their location lies")
        for note in run.notes:
            self.stdout.write(f"  {note}")
        found = ImportProblem.objects.filter(run=run)
        for is_error in (True, False):
            for rule in found.filter(is_error=is_error).values_list("rule", flat=True).distinct().order_by("rule"):
                number = found.filter(rule=rule, is_error=is_error).count()
                self.stdout.write(f"  {'refused' if is_error else 'warning'}: {title(rule)}: {number:,}")
                if words := unknown_words(run, rule):
                    self.stdout.write(f"    {', '.join(f'{word} {rows:,}' for word, rows in words)}")
        for shown in run.shown if run.state == ImportState.CHECKED else ():
            self.stdout.write(f"  row {shown['line']}, {shown['outcome']}, as readers will see it: {shown['title']}")
            for key, text in shown["facts"]:
                self.stdout.write(f"    {key}: {text}")
        written = run.state == ImportState.LOADED
        self.stdout.write(f"import {run.pk}" + (f"; undo: import_undo {run.pk}" if written else "; nothing was written"))


def _pair(option: str, text: str, form: str) -> tuple[str, str]:
    left, equals, right = text.rpartition("=")
    if not (left and equals and right):
        raise CommandError(f"{option} takes {form}, not “{text}”.")
    return left, right


def _words(texts: list[str]) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for text in texts:
        left, code = _pair("--word", text, "FIELD:WORD=CODE")
        key, _, word = left.partition(":")
        words.setdefault(key, {})[word] = code
    return words


def _fixes(texts: list[str]) -> dict[str, Any]:
    try:
        return fixes_of(texts)
    except ValueError as error:
        raise CommandError(f"--accept takes one of {', '.join(RULES)}, not “{error}”.") from error


class ProgressBar:
    """One line on a terminal that says how far the load has come; silent anywhere else."""

    def __init__(self, stream: Any) -> None:
        """Take the stream that a person may see."""
        self.stream = stream if stream.isatty() else None
        self.begin = self.last = time.monotonic()

    def __enter__(self) -> "ProgressBar":
        """Begin."""
        return self

    def __exit__(self, *failed: object) -> None:
        """Leave the line empty."""
        if self.stream:
            self.stream.write("\r\x1b[K")

    def __call__(self, step: str, done: int = 0, total: int | None = None) -> None:
        """Draw the line again, ten times a second at most."""
        now = time.monotonic()
        if not self.stream or (done and now - self.last < 0.1):
            return
        self.last = now
        share = min(1.0, done / total) if total else 0.0
        bar = f"{'█' * round(share * _BAR):░<{_BAR}} {share:4.0%}" if total else f"{done:,}" if done else ""
        self.stream.write(f"\r\x1b[K{now - self.begin:5.1f} s  {step} {bar}")
        self.stream.flush()
