"""Many printed papers as one file for the printer, and as an archive of single files."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import pikepdf

OF_ONE_FILE = ("/Annots", "/StructParents", "/AA")
"""What a page carries that only means something inside the file it came from."""


def bound(pdfs: Iterable[bytes]) -> bytes:
    """The pages of many papers in one PDF, in order, to be put on paper.

    Signatures, attached facts and tags stay in the single files, which are the proof.
    """
    file = io.BytesIO()
    with ExitStack() as kept, pikepdf.new() as whole:
        for pdf in pdfs:
            one = kept.enter_context(pikepdf.open(io.BytesIO(pdf)))
            _let_go(one.Root, ("/AcroForm",))
            for page in one.pages:
                _let_go(page.obj, OF_ONE_FILE)
            whole.pages.extend(one.pages)
        whole.Root.Lang = pikepdf.String("zh-CN")
        whole.save(file, deterministic_id=True)
    return file.getvalue()


def _let_go(held: pikepdf.Object, keys: Iterable[str]) -> None:
    for key in keys:
        if key in held:
            del held[key]


class _Pipe(io.RawIOBase):
    """What is written comes out as it was written; nothing can be read again."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        """Writable, and not seekable."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # the archive writes bytes only
        """Keep a piece until it is taken."""
        self._waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since it was taken last."""
        found, self._waiting = b"".join(self._waiting), []
        return found


def archived(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A ZIP of (name, content) pairs piece by piece: a file is asked for when its turn comes."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
            yield pipe.taken()
    yield pipe.taken()
