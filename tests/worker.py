"""A worker in a process of its own, started afresh: it shares nothing with the tests but the database and the files."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask

BEGIN = """
import pickle, sys
from importlib import import_module
settings, module, name, arguments = pickle.load(sys.stdin.buffer)
from app import create_app
app = create_app(settings)
with app.app_context():
    getattr(import_module(module), name)(*arguments)
"""


def started(app: Flask, act: Callable[..., object], *arguments: object) -> subprocess.Popen[bytes]:
    """A process that does one thing in an app of the same settings; `act` is a function of a module."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(pickle.dumps((app.config["SETTINGS"], act.__module__, act.__name__, arguments)))
    process.stdin.close()
    return process


def ended(process: subprocess.Popen[bytes], seconds: float = 120) -> int:
    """The exit code, with what it complained of shown; killed when it takes too long."""
    try:
        code = process.wait(seconds)
    finally:
        process.kill()
        assert process.stderr is not None
        sys.stderr.write(process.stderr.read().decode())
        process.stderr.close()
    return code
