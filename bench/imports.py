"""A roster of 100,000 rows from the file into the register, beside reading it with calamine and COPY of ready rows.

Both go into a fresh database with the same tables, indexes and laws, in the same run. The product's time is everything:
open, find the heading, judge every row, compare with the register, encrypt, write people and their events, commit.
Meanwhile, both times, a page of the product is asked again and again in another process.
"""

import gc
import http.client
import io
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app import create_app
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.people.imports.judging import judge
from app.people.imports.reading import open_sheets
from app.people.imports.service.writing import write
from app.people.rules import check_character
from bench.ground import FORK, fresh_database, served, table
from config import Config

ROWS = 100_000
MOST_TIMES, MOST_MEGABYTES = 3.0, 600
HEAD = (
    "序号", "姓名", "性别", "民族", "文化程度", "身份证号码", "工种", "工作单位", "联系电话", "证书类型", "原技术等级",
    "培训等级", "证书编号", "家庭地址",
)  # fmt: skip
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程"
GIVEN = "芳伟娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉红建文斌波辉鑫玲燕萍雪梅琴云凤春龙"
AREAS = ("430681", "430626", "430602", "430603", "430611", "430621", "430623", "430624")
COPIED = {
    "people": "SELECT * FROM people ORDER BY id",
    "audit_events": "SELECT * FROM audit_events WHERE subject_type = 'people' ORDER BY id",
}
"""What the import writes, and how it is taken out to be copied in again."""


def make_roster(file: Path, villages: list[str]) -> None:
    """A synthetic roster of so many different people of nobody."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("花名册")
    page.append(["职业技能培训学员花名册"])
    page.append(list(HEAD))
    for n in range(ROWS):
        born = date(1966, 1, 1) + timedelta(days=n % 14_000)
        body = f"{AREAS[n // 14_000 % len(AREAS)]}{born:%Y%m%d}{n % 500 * 2:03d}"
        name = FAMILY[n % 43] + GIVEN[n // 43 % 43] + GIVEN[n // 1849 % 43]
        phone = f"13{n:09d}" if n % 12 else None
        place = f"{villages[n % len(villages)]}{n % 30 + 1}组"
        number = body + check_character(body)
        cells = [n + 1, name, "女", "汉", "初中", number, "插花", None, phone, "培训合格证书"]
        page.append([*cells, None, None, None, place])
    book.save(file)


def villages_of_register() -> list[str]:
    """Villages with their township, as addresses begin."""
    query = (
        "SELECT t.name || v.name FROM regions v JOIN regions t ON t.code = v.parent_code"
        " WHERE v.level = 5 AND v.code LIKE '430681%' ORDER BY v.code"
    )
    return list(db.session.scalars(text(query)))


def imported(file: Path, settings: Config, answer: Connection) -> None:
    """The product's whole way, in a process of its own: seconds by part, and the most memory it took."""
    app = create_app(settings)
    with app.app_context():
        gc.collect()
        started = time.perf_counter()
        sheets = open_sheets(file.read_bytes())
        sheet, heading = sheets.roster()
        assert heading is not None
        opened = time.perf_counter()
        with transaction():
            judgement = judge(sheets, sheet, heading, by=SYSTEM)
            judged = time.perf_counter()
            done = write(judgement, by=SYSTEM, whole=True)
        ended = time.perf_counter()
        assert done.registered == ROWS, done
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parts = {"read": opened - started, "check": judged - opened, "write": ended - judged, "all": ended - started}
    answer.send({**parts, "megabytes": most})


def ready_rows(settings: Config) -> dict[str, bytes]:
    """What the product wrote, as COPY takes it."""
    found = {}
    app = create_app(settings)
    with app.app_context():
        driver: Any = db.session.connection().connection.driver_connection
        for name, query in COPIED.items():
            out = io.BytesIO()
            with driver.cursor().copy(f"COPY ({query}) TO STDOUT") as copy:
                for block in copy:
                    out.write(block)
            found[name] = out.getvalue()
    return found


def bare(file: Path, settings: Config, ready: dict[str, bytes]) -> dict[str, float]:
    """Reading with calamine, and COPY of ready rows into the same tables; seconds."""
    app = create_app(settings)
    with app.app_context():
        gc.collect()
        started = time.perf_counter()
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
        read = time.perf_counter()
        assert len(rows) == ROWS + 2
        with transaction():
            driver: Any = db.session.connection().connection.driver_connection
            for name in COPIED:
                with driver.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                    copy.write(ready[name])
        ended = time.perf_counter()
    return {"read": read - started, "write": ended - read, "all": ended - started}


@contextmanager
def asked_meanwhile(port: int, waits: list[float]) -> Iterator[None]:
    """Ask the menu again and again in a process of its own while the body runs; how long each answer took, in ms."""
    ours, theirs = FORK.Pipe()
    process = FORK.Process(target=_ask, args=(port, theirs))
    process.start()
    try:
        yield
    finally:
        ours.send("stop")
        waits.extend(ours.recv())
        process.join()


def _ask(port: int, pipe: Connection) -> None:
    waits = []
    while not pipe.poll():
        started = time.perf_counter()
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        client.request("GET", "/")
        answer = client.getresponse()
        answer.read()
        assert answer.status == 200
        waits.append((time.perf_counter() - started) * 1000)
        client.close()
        time.sleep(0.05)
    pipe.send(waits)


def run() -> dict[str, Any]:
    """Measure once; the figures."""
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "roster.xlsx"
        with fresh_database() as settings:
            app = create_app(settings)
            with app.app_context():
                make_roster(file, villages_of_register())
                db.engine.dispose()
            with served(lambda: create_app(settings)) as port, asked_meanwhile(port, waits):
                ours, theirs = FORK.Pipe()
                process = FORK.Process(target=imported, args=(file, settings, theirs))
                process.start()
                process.join()
                product = ours.recv()
            ready = ready_rows(settings)
        with fresh_database() as settings, served(lambda: create_app(settings)) as port, asked_meanwhile(port, []):
            base = bare(file, settings, ready)
        size = file.stat().st_size / 1e6
    return told(size, product, base, waits)


def told(size: float, product: dict[str, float], base: dict[str, float], waits: list[float]) -> dict[str, Any]:
    """Print the table; the figures, and whether they keep the promise."""
    times = product["all"] / base["all"]
    slowest, middle = max(waits), statistics.median(waits)
    table(
        f"{ROWS:,} rows, {size:.1f} MB",
        ("", "read", "check", "write", "all"),
        [
            ("calamine + COPY", f"{base['read']:.1f} s", "", f"{base['write']:.1f} s", f"{base['all']:.1f} s"),
            ("import", *(f"{product[name]:.1f} s" for name in ("read", "check", "write", "all"))),
        ],
    )
    print(f"{times:.2f} times (at most {MOST_TIMES}), {product['megabytes']:.0f} MB (at most {MOST_MEGABYTES})")
    print(f"the menu meanwhile: median {middle:.0f} ms, slowest {slowest:.0f} ms of {len(waits)}")
    assert times <= MOST_TIMES, times
    assert product["megabytes"] <= MOST_MEGABYTES, product["megabytes"]
    return {
        "rows": ROWS,
        "times_calamine_and_copy": round(times, 2),
        "seconds": {name: round(product[name], 1) for name in ("read", "check", "write", "all")},
        "bare_seconds": {name: round(base[name], 1) for name in ("read", "write", "all")},
        "megabytes": round(product["megabytes"]),
        "menu_meanwhile_ms": {"median": round(middle), "slowest": round(slowest)},
    }
