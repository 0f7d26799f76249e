"""Tables as text: whatever the encoding, whatever the separator."""

import codecs
import csv
import io
import statistics

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.people.imports.rules.kinds import Cell

SEPARATORS = (",", "\t", ";", "|", "，", "；")
LONGEST_CELL = 100_000
LOOKED_AT = 60


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with a mark, or GB 18030 as Chinese Windows saves it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError(N_("这个文件的文字编码认不出来，请在 Excel 里另存为 .xlsx 再上传。"), "file")


def encoding_of(content: bytes) -> str:
    """The encoding that a text came in, for giving it back."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def separator_of(text: str) -> str:
    """The separator that most lines have equally often."""
    lines = [line for line in text.splitlines()[: LOOKED_AT * 2] if line.strip()][:LOOKED_AT]

    def worth(separator: str) -> tuple[float, int]:
        counts = [line.count(separator) for line in lines]
        return (statistics.median(counts) if counts else 0, sum(count > 0 for count in counts))

    return max(SEPARATORS, key=worth)


def rows(text: str) -> list[list[Cell]]:
    """The records of a separated text; quoted cells may hold line breaks."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    try:
        return [list(record) for record in reader]
    except csv.Error as error:
        raise DomainError(N_("这个文件不是完整的表格，请在 Excel 里另存为 .xlsx 再上传。"), "file") from error
