"""The fonts that the set-up brings where it may, and says how to bring where it may not."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[2] / "tools" / "setup.py"


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The set-up as a module, on a machine without the font, with an apt-get that writes down what it is asked."""
    spec = importlib.util.spec_from_file_location("set_up", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\ntest -e {tmp_path}/works\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(module, "FONTS", {str(tmp_path / "Kai.ttf"): "fonts-lxgw-wenkai"})
    monkeypatch.setattr(module, "ASKED", tmp_path / "fonts-asked.txt")
    monkeypatch.setattr(module, "administrator", list)
    return module


def asked_in(folder: Path) -> list[str]:
    """What apt-get was asked for."""
    found = folder / "asked"
    return found.read_text().splitlines() if found.exists() else []


def test_a_font_that_is_missing_is_installed(setup: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "works").touch()
    setup.wish_for_fonts(setup.missing_fonts())
    update, install = asked_in(tmp_path)
    assert update.endswith("update")
    assert install.endswith("--no-install-recommends fonts-lxgw-wenkai")


def test_where_apt_fails_one_line_says_so_and_the_set_up_goes_on_and_does_not_ask_each_time(
    setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.wish_for_fonts(setup.missing_fonts())
    assert "sudo apt-get install fonts-lxgw-wenkai" in capsys.readouterr().out
    before = len(asked_in(tmp_path))
    assert before
    setup.wish_for_fonts(setup.missing_fonts())
    assert len(asked_in(tmp_path)) == before
    assert "sudo apt-get install fonts-lxgw-wenkai" in capsys.readouterr().out


def test_whoever_may_not_install_is_told_what_to_install_and_what_is_lost_without(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "administrator", lambda: None)
    setup.wish_for_fonts(setup.missing_fonts())
    told = capsys.readouterr().out
    assert "宋 instead of 楷" in told
    assert "sudo apt-get install fonts-lxgw-wenkai" in told
    assert asked_in(tmp_path) == []


def test_nothing_is_asked_for_where_the_font_is_there(
    setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Kai.ttf").touch()
    setup.wish_for_fonts(setup.missing_fonts())
    assert asked_in(tmp_path) == []
    assert capsys.readouterr().out == ""
