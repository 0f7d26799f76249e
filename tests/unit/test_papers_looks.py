import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.papers.designs import designs
from app.papers.fonts import Fonts
from app.papers.looks import MOST_PAGES, look_at, page_count, picture
from app.papers.printing import Printer
from config import ROOT, Config

DRAWINGS = 1500
CROWD = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from app.papers.looks import picture

papers = [path.read_bytes() for path in sorted(Path(sys.argv[1]).glob("*.pdf"))]
with ThreadPoolExecutor(8) as pool:
    drawn = list(pool.map(lambda number: picture(papers[number % len(papers)], dots=20), range(int(sys.argv[2]))))
print(len(drawn), sum(one.startswith(b"\\x89PNG") for one in drawn))
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every design's sample as a PDF."""
    folder = tmp_path_factory.mktemp("printed")
    press = Printer(ROOT / "certificates", Fonts(Config.from_environment().VAR / "fonts", rare=(), kai=()))
    for design in designs(press.folder):
        (folder / f"{design.name}.pdf").write_bytes(look_at(press, design).pdf)
    return folder


def test_eight_people_who_look_at_papers_at_once_end_no_process(printed: Path) -> None:
    """A browser asks for a design's pages side by side; what draws them may not be used by two threads at once."""
    run = [sys.executable, "-c", CROWD, str(printed), str(DRAWINGS)]
    ended = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split() == [str(DRAWINGS), str(DRAWINGS)]


def test_each_page_is_a_picture_of_its_own(printed: Path) -> None:
    paper = (printed / "book.pdf").read_bytes()
    count = page_count(paper)
    assert 1 < count <= MOST_PAGES
    drawn = [picture(paper, number, dots=30) for number in range(1, count + 1)]
    assert len(set(drawn)) == count
    assert Image.open(io.BytesIO(drawn[0])).size == (249, 351), "A4 at thirty dots an inch"
