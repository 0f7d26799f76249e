"""Lays a drawing under pages, packed small: fine line work is thousands of curves, each a little further on."""

import io
import re
import zlib
from functools import lru_cache
from itertools import groupby, pairwise

import pikepdf
from pikepdf import Name

UNDERLAY = Name("/Underlay")
HARD = 9
"""How hard a stream is packed."""
ROWS = 12
"""Written in rows (the predictors of PNG), each as it is or as its difference from the row above."""
SAME, BELOW = b"\x00", b"\x02"

CURVE = re.compile(rb"((?:-?\d+(?:\.\d+)? ){6})c")


def lay_under(document: pikepdf.Pdf, drawing: bytes) -> None:
    """Put the drawing's page beneath every page, once in the file; screen readers skip it."""
    with pikepdf.open(io.BytesIO(drawing)) as source:
        form = document.copy_foreign(source.pages[0].as_form_xobject())
        rise = float(source.pages[0].mediabox[3])
    content, row = woven(form.read_bytes())
    parameters = pikepdf.Dictionary(Predictor=ROWS, Columns=row) if row else None
    form.write(content, filter=Name.FlateDecode, decode_parms=parameters)
    for page in document.pages:
        page.add_resource(form, Name.XObject, UNDERLAY, replace_existing=True)
        drop = float(page.trimbox[3]) - rise
        page.contents_add(f"/Artifact BMC q 1 0 0 1 0 {drop:.4f} cm {UNDERLAY} Do Q EMC\n".encode(), prepend=True)


@lru_cache(maxsize=8)
def woven(content: bytes) -> tuple[bytes, int]:
    """What is drawn, packed, and how long its rows are; 0 where rows save nothing.

    Every curve takes a row of the same length, so that most of its figures stand below the same ones. They are rounded
    to hundredths of the drawing's unit, a millimeter or less.
    """
    plain = zlib.compress(content, HARD)
    lines = content.split(b"\n")
    curves = {line: found[1].split() for line in lines if (found := CURVE.fullmatch(line))}
    if not curves:
        return plain, 0
    wide = max(len(f"{float(figure):.2f}") for figures in curves.values() for figure in figures)
    row = 6 * (wide + 1) + 2
    rows = []
    for curved, some in groupby(lines, key=curves.__contains__):
        if curved:
            first, *more = [_even(curves[line], wide) for line in some]
            rows += [SAME + first, *(BELOW + _less(new, old) for old, new in pairwise([first, *more]))]
        else:
            text = b"".join(line + b"\n" for line in some)
            text += b" " * (-len(text) % row)
            rows += [SAME + text[at : at + row] for at in range(0, len(text), row)]
    packed = zlib.compress(b"".join(rows), HARD)
    return (packed, row) if len(packed) < len(plain) else (plain, 0)


def _even(figures: list[bytes], wide: int) -> bytes:
    return b"".join(b"%0*.2f " % (wide, float(figure)) for figure in figures) + b"c\n"


def _less(row: bytes, above: bytes) -> bytes:
    return bytes((new - old) & 255 for new, old in zip(row, above, strict=True))
