"""Static files: named by their content, compressed once, and kept by browsers for as long as they like."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import brotli
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: A name with the hash that Django puts into it.
_HASHED = r"\.[0-9a-f]{12}\.\w+$"
#: How modules of ours refer to files beside them: from "./x.js", import("./x.js"), new URL("./x.json", import.meta.url).
_REFERENCE = (
    r"""(?P<matched>(?P<before>\bfrom\s+|\bimport\s+|\bimport\(|\bnew URL\()"(?P<url>\.{1,2}/[^"]+)")""",
    '%(before)s"%(url)s"',
)


#: The folders of our own modules below /static/.
_OURS = sorted({path.name for path in Path(__file__).resolve().parent.parent.glob("*/static/*") if path.is_dir()})


class QuickCompressor(Compressor):
    """Compresses with brotli at quality 9: a twentieth of the time of 11, for files a tenth larger."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """Compress."""
        return bytes(brotli.compress(data, quality=9))


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Puts a hash into the name of each file and into every reference to it: in pages, style sheets, and our modules."""

    # Source maps are read by developer tools alone, under the names that they have.
    patterns = (
        ("*.css", ManifestStaticFilesStorage.patterns[0][1][:2]),
        *((f"{folder}/*.js", (_REFERENCE,)) for folder in _OURS),
    )
    keep_intermediate_files = False

    def create_compressor(self, **options: Any) -> Compressor:
        """Return what compresses a file."""
        return QuickCompressor(**{**options, "extensions": (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")})

    def compress_files(self, paths: Iterable[str]) -> Iterator[Any]:
        """Compress the files under their hashed names, which are those that pages request."""
        yield from super().compress_files([path for path in paths if re.search(_HASHED, path)])

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Hash, rewrite and compress, unless that was done with the same files: it takes seconds at each start."""
        stamp = Path(self.path("sources.txt"))
        sources = self._sources(paths)
        if stamp.exists() and stamp.read_text() == sources and self.manifest_hash:
            return
        stamp.unlink(missing_ok=True)
        yield from super().post_process(paths, dry_run=dry_run, **options)
        if not dry_run:
            stamp.write_text(sources)

    def _sources(self, paths: dict[str, Any]) -> str:
        digest = hashlib.blake2s(Path(__file__).read_bytes())
        for name, (storage, path) in sorted(paths.items()):
            digest.update(f"{name} {storage.size(path)} {storage.get_modified_time(path).timestamp()}\n".encode())
        return digest.hexdigest()


def with_static_files(application: Callable[..., Any]) -> WhiteNoise:
    """Answer static files before an application; whatever is not one passes on to it."""
    prefix = settings.STATIC_URL.removeprefix(settings.PATH_PREFIX)
    return WhiteNoise(application, root=settings.STATIC_ROOT, prefix=prefix, max_age=3600, immutable_file_test=_HASHED)
