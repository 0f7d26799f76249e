"""A class of fifty certificates as signed PDF/A-3 files, beside the plain way; and ten thousand over all cores.

The plain way is what one would write first: for each certificate WeasyPrint reads the page and the style sheets, draws
the border, and cuts the full Noto font down. It is timed in the same run, in turns with ours.
Times are of the processor, because one core is compared with one core. `python -m bench.certificates` makes ten
thousand.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pylopdf_fonts_zh_cn
from flask import Flask
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from app import papers
from app.kernel import clock
from app.papers.archival import unsigned
from app.papers.designs import SHARED, checked
from app.papers.printing import printer
from app.papers.service import proofs
from app.papers.signing import signatory
from bench.ground import table
from config import ROOT, Config

DESIGN, CLASS, ROUNDS, PLAIN = "completion", 50, 3, 10
"""So many plain ones are timed in each round, and a class of ours."""
UNSIGNED, SIGNED, LARGEST = 4.0, 2.5, 45 * 1024
MANY, STEP, FLAT = 10_000, 1000, 0.15
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀英霞平刚桂兰玉梅红春华建国志文斌辉凤云飞丹鹏琴荣宇浩凯健俊帆雪"
ROLES = ("song", "hei", "kai")


def run() -> dict[str, Any]:
    """Compare; tell where a goal is missed."""
    with desk() as app, app.app_context():
        found = compared()
    table(
        "A class of fifty certificates",
        ["a certificate", "ms of one core", "times the plain rate", "bytes"],
        [
            ["plain", found["plain_ms"], 1, found["plain_bytes"]],
            ["PDF/A-3 with its facts", found["unsigned_ms"], found["unsigned_times"], found["largest_bytes"]],
            ["and signed", found["signed_ms"], found["signed_times"], found["signed_bytes"]],
        ],
    )
    missed = [
        what
        for what, bad in {
            f"{found['unsigned_times']} times the plain rate unsigned": found["unsigned_times"] < UNSIGNED,
            f"{found['signed_times']} times the plain rate signed": found["signed_times"] < SIGNED,
            f"{found['largest_bytes']} bytes before the signature": found["largest_bytes"] > LARGEST,
        }.items()
        if bad
    ]
    return found | ({"missed": ", ".join(missed)} if missed else {})


@contextmanager
def desk() -> Iterator[Flask]:
    """An installation's papers, without the rest of it: a test signer of its own, the fonts of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        here = Config.from_environment()
        app = Flask(__name__)
        app.config["SETTINGS"] = replace(
            here, VAR=Path(folder), FONTS=here.FONTS or here.VAR / "fonts", DEMO=True, SIGNING_KEY=None
        )
        papers.init_app(app)
        yield app


def person(number: int) -> dict[str, Any]:
    """The facts of somebody of a class; no real person's."""
    sample: dict[str, Any] = json.loads((ROOT / "certificates" / DESIGN / "sample.json").read_text())
    given = GIVEN[number * 7 % len(GIVEN)] + (GIVEN[number * 13 % len(GIVEN)] if number % 5 else "")
    return sample | {
        "name": SURNAMES[number * 11 % len(SURNAMES)] + given,
        "sex": "女" if number % 2 else "男",
        "identity": f"430681********{number % 300:03d}{'X' if number % 11 == 0 else number % 10}",
        "number": f"43068120250101{number // CLASS % 10000:04d}{number % CLASS:03d}{number % 10}",
        "result": f"理论 {60 + number % 40} 分　实操 {60 + number * 3 % 40} 分",
        "verify_url": f"https://sidan.example/verify/7Kq2mZr9Xw4{number:05d}",
    }


def item(number: int) -> tuple[dict[str, Any], bytes]:
    """Facts with what is attached."""
    facts = person(number)
    return facts, json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Plain:
    """Draws a certificate as one would at first; the full font is known to the machine, as an installed one is."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        roles = ";".join(f'--{role}: "Full"' for role in ROLES)
        place = Path(pylopdf_fonts_zh_cn.serif_path()).as_uri()
        rules = f'@font-face {{ font-family: "Full"; src: url("{place}") }} html {{ {roles} }}'
        self._face = CSS(string=rules, font_config=self._fonts)

    def draw(self, facts: dict[str, Any]) -> bytes:
        """The file of one."""
        press = printer()
        design = press.design(DESIGN)
        border = '<img alt="" src="border.svg" style="position: fixed; left: -38mm; top: -30mm; z-index: -1">'
        html = press.page(design, checked(design, facts)).replace("</body>", f"{border}</body>")
        sheets = [self._face, *(CSS(path, font_config=self._fonts) for path in self._styles(press.folder))]
        pdf: bytes = HTML(string=html, base_url=f"{design.folder.as_uri()}/").write_pdf(
            stylesheets=sheets, font_config=self._fonts
        )
        return pdf

    def _styles(self, folder: Path) -> list[Path]:
        return [folder / SHARED / "print.css", folder / DESIGN / "style.css"]


def compared() -> dict[str, Any]:
    """Times of the processor a certificate, the best of some rounds that take turns."""
    plain, everybody = Plain(), [item(number) for number in range(CLASS)]
    signatory().sign_pdf(next(unsigned(DESIGN, everybody[:1])), clock.now())
    plain.draw(everybody[0][0])
    times: dict[str, list[float]] = {"plain": [], "unsigned": [], "signed": []}
    drawn, ours, signed = b"", [b""], [b""]
    for _round in range(ROUNDS):
        start = time.process_time()
        for facts, _payload in everybody[:PLAIN]:
            drawn = plain.draw(facts)
        times["plain"].append((time.process_time() - start) / PLAIN)
        start = time.process_time()
        ours = list(unsigned(DESIGN, everybody))
        times["unsigned"].append((time.process_time() - start) / CLASS)
        start = time.process_time()
        signed = list(proofs(DESIGN, everybody))
        times["signed"].append((time.process_time() - start) / CLASS)
    best = {name: min(found) for name, found in times.items()}
    return {
        **{f"{name}_ms": round(1000 * found, 1) for name, found in best.items()},
        "unsigned_times": round(best["plain"] / best["unsigned"], 1),
        "signed_times": round(best["plain"] / best["signed"], 1),
        "plain_bytes": len(drawn),
        "largest_bytes": max(map(len, ours)),
        "signed_bytes": max(map(len, signed)),
    }


def many(count: int = MANY, processes: int | None = None) -> dict[str, Any]:
    """Make so many over all cores; the time of the processor and the memory of each thousand.

    Each thousand is held against the middle one; the first is shown and not judged: in it processes start.
    """
    cores = processes or os.cpu_count() or 1
    steps: list[dict[str, float]] = []
    with desk() as app, app.app_context():
        begun = time.perf_counter()
        at, spent = begun, _spent()
        for number, _pdf in enumerate(proofs(DESIGN, Everybody(count), processes=cores), start=1):
            if number % STEP == 0:
                now, used = time.perf_counter(), _spent()
                steps.append({"cpu_ms": round((used - spent) * 1000 / STEP, 1), "megabytes": round(_memory() / 2**20)})
                print(f"{number} of {count}: {now - at:.0f} s, {steps[-1]['cpu_ms']} ms, {steps[-1]['megabytes']} MB")
                at, spent = now, used
    found = {"count": count, "processes": cores, "seconds": round(time.perf_counter() - begun), "steps": steps}
    settled = steps[1:] or steps
    worst = {
        what: max(abs(step[what] / statistics.median(one[what] for one in settled) - 1) for step in settled)
        for what in ("cpu_ms", "megabytes")
    }
    missed = [f"{what} is off by {share:.0%}" for what, share in worst.items() if share > FLAT]
    found["furthest_off"] = {what: round(share, 3) for what, share in worst.items()}
    return found | ({"missed": ", ".join(missed)} if missed else {})


class Everybody(list[tuple[dict[str, Any], bytes]]):
    """All of them, each made when its turn comes."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, key: Any) -> Any:
        return [item(number) for number in range(*key.indices(self._count))] if isinstance(key, slice) else item(key)


def _processes() -> list[psutil.Process]:
    here = psutil.Process()
    return [here, *here.children(recursive=True)]


def _spent() -> float:
    """Seconds of the processor that this process and its children have used."""
    return sum(sum(each.cpu_times()[:2]) for each in _processes())


def _memory() -> int:
    return sum(int(each.memory_info().rss) for each in _processes())


if __name__ == "__main__":
    results = ROOT / "bench" / "results.json"
    kept = json.loads(results.read_text()) if results.exists() else {}
    kept["certificates_many"] = many()
    results.write_text(json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    sys.exit(kept["certificates_many"].get("missed"))
