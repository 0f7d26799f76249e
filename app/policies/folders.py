"""A pack's folder: read, joined with the pack that it extends, checked; no database needed."""

import csv
import hashlib
import io
import json
import re
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from app.kernel.marking import N_
from app.policies.rules.extending import extended
from app.policies.rules.pack import Pack
from app.policies.rules.parsing import PackErrors, parse_pack
from app.policies.rules.reading import Problem
from app.policies.rules.stating import TOML
from config import ROOT

MOST_BYTES = 5 * 1024 * 1024
SHIPPED = ROOT / "policies"
_TABLE = re.compile(r"^\s*\[(\[)?\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")
_LAST = re.compile(r"(\.[^.\[]*|\[\d+\])$|^[^.\[]*$")


def _with_rows(folder: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with the rows of the file each stands in: this folder's, or that of a pack that it extends."""
    rows: dict[str, Mapping[str, int]] = {}
    for problem in problems:
        name, _slash, file = problem.file.rpartition("/")
        place = _folder_of(name, folder) if name else folder
        if file == TOML and place is not None and (place / TOML).is_file() and problem.file not in rows:
            rows[problem.file] = _rows_of_toml((place / TOML).read_text(encoding="utf-8-sig", errors="replace"))
    return tuple(_with_row(problem, rows.get(problem.file, {})) for problem in problems)


def read_folder(folder: Path) -> dict[str, Any]:
    """A pack's data as a plain dict, with what it inherits; raises `PackErrors` for what can't be read at all."""
    return _read(folder, ())


def load_folder(folder: Path) -> tuple[dict[str, Any], Pack]:
    """Read and check a folder; raises `PackErrors` with every error's file, row and column."""
    try:
        content = read_folder(folder)
        return content, parse_pack(content)
    except PackErrors as errors:
        raise PackErrors(_with_rows(folder, errors.problems)) from errors


def check_folder(folder: Path) -> tuple[Problem, ...]:
    """Every error of a folder; empty when it can be imported."""
    try:
        load_folder(folder)
    except PackErrors as errors:
        return errors.problems
    return ()


def load_zip(data: bytes) -> tuple[dict[str, Any], Pack]:
    """Read and check a folder packed as a ZIP file, as `load_folder`; raises `PackErrors`."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "pack"
        folder.mkdir()
        _unzip(data, folder)
        return load_folder(folder)


def _unzip(data: bytes, folder: Path) -> None:
    """The pack's own files, by their bare names; anything else in the ZIP is left out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for info in packed.infolist():
                name = info.filename.replace("\\", "/").rpartition("/")[2]
                if name != TOML and not re.fullmatch(r"[a-z]+\.csv", name):
                    continue
                if info.file_size > MOST_BYTES:
                    raise PackErrors((Problem(name, 0, "", N_("文件太大了。")),))
                folder.joinpath(name).write_bytes(packed.read(info))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise PackErrors((Problem("", 0, "", N_("这个文件打不开，请把政策包的文件夹压缩成 ZIP 再上传。")),)) from error


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one fixed way of writing it."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _read(folder: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    own = _read_own(folder)
    head = own["toml"].get("pack")
    name = str(head.get("extends", "")).strip() if isinstance(head, dict) else ""
    if not name:
        return own
    base = _folder_of(name, folder)
    if base is None:
        raise PackErrors((_wrong_base(N_("找不到要继承的政策包“%(name)s”。"), name),))
    if base in (*below, folder.resolve()):
        raise PackErrors((_wrong_base(N_("政策包“%(name)s”绕回来继承了自己。"), name),))
    try:
        inherited = _read(base, (*below, folder.resolve()))
        parse_pack(inherited)
    except PackErrors as errors:
        told = tuple(replace(problem, file=f"{name}/{problem.file}") for problem in errors.problems)
        raise PackErrors(told) from errors
    return extended(inherited, own, name)


def _wrong_base(message: str, name: str) -> Problem:
    return Problem(TOML, 0, "pack.extends", message, {"name": name})


def _folder_of(name: str, folder: Path) -> Path | None:
    """The folder of that name beside this one, then among the packs that ship."""
    if "/" in name or "\\" in name or name in (".", ".."):
        return None
    found = (beside / name for beside in (folder.resolve().parent, SHIPPED))
    return next((one.resolve() for one in found if (one / TOML).is_file()), None)


def _read_own(folder: Path) -> dict[str, Any]:
    problems: list[Problem] = []
    toml = _read_toml(folder / TOML, problems)
    modes = toml.get("modes")
    content = {
        "toml": toml,
        "modes": list(modes) if isinstance(modes, dict) else [],
        "tables": {path.stem: _read_table(path, problems) for path in sorted(folder.glob("*.csv"))},
    }
    if problems:
        raise PackErrors(tuple(problems))
    return content


def _read_text(path: Path, problems: list[Problem]) -> str:
    if not path.is_file():
        problems.append(Problem(path.name, 0, "", N_("找不到这个文件。")))
        return ""
    if path.stat().st_size > MOST_BYTES:
        problems.append(Problem(path.name, 0, "", N_("文件太大了。")))
        return ""
    words = decoded(path.read_bytes())
    if words is None:
        problems.append(Problem(path.name, 0, "", N_("文件的文字编码不对，请存成 UTF-8。")))
    return words or ""


def decoded(raw: bytes) -> str | None:
    """The text of a file in UTF-8, or as a Chinese spreadsheet saves it; None where it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _read_toml(path: Path, problems: list[Problem]) -> dict[str, Any]:
    try:
        return {key: _plain(value) for key, value in tomllib.loads(_read_text(path, problems)).items()}
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        row = int(found[1]) if found else 0
        problems.append(Problem(path.name, row, "", N_("这一行的写法不对：%(error)s"), {"error": str(error)}))
        return {}


def _plain(value: Any) -> Any:
    """TOML's dates as text, so that the content is JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _read_table(path: Path, problems: list[Problem]) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(_read_text(path, problems)), restkey="", strict=True)
    rows: list[dict[str, Any]] = []
    try:
        for cells in reader:
            if cells.pop("", None):
                problems.append(Problem(path.name, reader.line_num, "", N_("这一行比表头多出几格。")))
            if any((value or "").strip() for value in cells.values()):
                rows.append({"_row": reader.line_num, **{key: value or "" for key, value in cells.items()}})
    except csv.Error as error:
        problems.append(
            Problem(path.name, reader.line_num, "", N_("这一行的写法不对：%(error)s"), {"error": str(error)})
        )
    return rows


def _rows_of_toml(text: str) -> dict[str, int]:
    """On which line each table and key of pack.toml stands; arrays of tables are counted from 1."""
    rows: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        heading, key = _TABLE.match(line), _KEY.match(line)
        if heading:
            name = heading[2]
            counts[name] = counts.get(name, 0) + 1
            table = f"{name}[{counts[name]}]" if heading[1] else name
            rows.setdefault(table, number)
        elif key:
            rows.setdefault(f"{table}.{key[1]}" if table else key[1], number)
    return rows


def _with_row(problem: Problem, rows: Mapping[str, int]) -> Problem:
    if not rows or problem.row:
        return problem
    column = problem.column
    while column and column not in rows:
        column = _LAST.sub("", column)
    return replace(problem, row=rows.get(column, 0))
