"""Run a command and leave no database running behind it: `python -m tools.with_database pytest -x`.

Tests and benchmarks start the embedded database when it is not running. What was found running stays so.
"""

import signal
import subprocess
import sys

from app.kernel import embedded
from config import Config


def main(command: list[str]) -> int:
    """Run it; its exit code."""
    settings = Config.from_environment()
    found_running = settings.DATABASE_URL is not None or embedded.is_running(settings.VAR)
    with subprocess.Popen(command) as process:
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal tells the command itself
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
    if not found_running:
        embedded.stop(settings.VAR)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
