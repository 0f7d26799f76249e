"""What Sidan depends on is named once, pinned with hashes, explained, and says nothing of where it was fetched."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {
    "requirements.in": "requirements.lock",
    "requirements-dev.in": "requirements-dev.lock",
    "tools/uv.in": "tools/uv.lock",
}


def named(source: str) -> set[str]:
    """The packages that a requirement file asks for itself."""
    lines = (ROOT / source).read_text().splitlines()
    return {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in lines if re.match(r"\w", line)}


def pinned(lock: str) -> dict[str, str]:
    """The packages of a lock and what stands there about each: version and hashes."""
    blocks = re.split(r"\n(?=\w)", (ROOT / lock).read_text().strip())
    return {block.split("==")[0]: re.sub(r"\n\s+# .*", "", block) for block in blocks}


@pytest.mark.parametrize(("source", "lock"), LOCKS.items())
def test_everything_named_is_pinned_with_hashes(source: str, lock: str) -> None:
    found = pinned(lock)
    assert named(source) <= set(found)
    assert all("--hash=sha256:" in block for block in found.values())


def test_both_locks_pin_the_same_versions() -> None:
    running, developing = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert {name: developing.get(name) for name in running} == running


@pytest.mark.parametrize("lock", [*LOCKS, *LOCKS.values()])
def test_no_file_says_where_packages_are_fetched(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()
    assert "index-url" not in (ROOT / lock).read_text()


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text().lower()
    explained = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\| ([^|]+) \|", reasons, re.MULTILINE))))
    assert named("requirements.in") | named("requirements-dev.in") <= explained
