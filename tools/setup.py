"""Make .venv, fill it from the lock file, and see to the few system libraries that printing and browser tests need.

Called by the Makefile with whatever `python3` the machine has, so it uses the standard library alone:

    python3 tools/setup.py          what running Sidan needs
    python3 tools/setup.py --dev    that, and what checking and testing it needs

Every step looks first and acts only when something is missing; a second call takes a fraction of a second. Where a
system package is missing it is installed with apt when this is root or sudo asks no password; otherwise one line says
what to install, and the set-up stops with exit code 1.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)

# The libraries WeasyPrint opens at run time, and the Debian packages that bring them. Without the subsetter a
# certificate takes seconds instead of a seventh of one.
PRINTING = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# Other people's readers of what we sign, and a token in software that keeps a key.
SIGNATURES = {"pdfsig": "poppler-utils", "openssl": "openssl", "softhsm2-util": "softhsm2"}
# The 楷 of certificates, and the rare characters that it alone brings: papers print without it, in 宋.
FONTS = {"/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf": "fonts-lxgw-wenkai"}
ASKED = VENV / "fonts-asked.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(arguments: "list[str]") -> None:
    """Bring everything that is missing; `--dev` includes what checks and tests need."""
    use_new_enough_python(arguments)
    dev = "--dev" in arguments
    make_venv()
    install_locked("requirements-dev.lock" if dev else "requirements.lock")
    install_system_packages("printing needs", missing_for_printing())
    if dev:
        install_system_packages("tests of signatures need", missing_for_signatures())
        install_system_packages("tests of certificates need", missing_fonts())
        bring_chromium()
    else:
        wish_for_fonts(missing_fonts())


def say(line: str) -> None:
    """Tell the person at the terminal what happens now."""
    sys.stdout.write(f"setup: {line}\n")
    sys.stdout.flush()


def stop(line: str) -> NoReturn:
    """Say in one line what is wrong and what to do, and end with exit code 1."""
    sys.stderr.write(f"setup: {line}\n")
    sys.exit(1)


def use_new_enough_python(arguments: "list[str]") -> None:
    """Go on under a newer interpreter when `python3` is older than the oldest one Sidan runs on."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(14, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, str(Path(__file__)), *arguments])
    stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: install python3.11 and run make again")


# --- Python packages ---------------------------------------------------------------------------------------------


def make_venv() -> None:
    """Make .venv when there is none that works."""
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", ""], check=False, capture_output=True).returncode == 0:
        return
    try:
        import ensurepip  # noqa: F401, PLC0415 - its absence is how Debian's missing python3-venv shows
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        install_system_packages("making .venv needs", [package])
    say("making .venv")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install_locked(lock: str) -> None:
    """Make .venv hold exactly what the lock file names, unless it does already.

    The set for development contains the set for running, so it counts as both.
    """
    installed = VENV / "locked.txt"
    wanted = {name: fingerprint(name) for name in ("requirements-dev.lock", lock)}
    if installed.exists() and installed.read_text() in wanted.values():
        return
    say(f"installing {lock}")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    run([str(PYTHON), "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(ROOT / "tools" / "uv.lock")])
    installed.unlink(missing_ok=True)
    uv = [str(VENV / "bin" / "uv"), "--quiet", "pip", "sync", "--python", str(PYTHON), "--require-hashes"]
    run([*uv, "--compile-bytecode", str(ROOT / lock)])  # compiled once here, or a second or two at every start
    installed.write_text(wanted[lock])


def fingerprint(lock: str) -> str:
    """What decides whether an installed set is still the locked one."""
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    return f"{lock} {digest}\n"


# --- system packages ---------------------------------------------------------------------------------------------


def missing_for_printing() -> "list[str]":
    """The Debian packages whose library can't be opened."""
    return [package for library, package in PRINTING.items() if not opens(library)]


def missing_for_signatures() -> "list[str]":
    """The Debian packages whose program is not there."""
    return [package for program, package in SIGNATURES.items() if not shutil.which(program)]


def missing_fonts() -> "list[str]":
    """The Debian packages whose font is not there."""
    return [package for font, package in FONTS.items() if not Path(font).is_file()]


def wish_for_fonts(packages: "list[str]") -> None:
    """Install fonts that papers look better with; tried once in the life of .venv, and everything works without."""
    if not packages:
        return
    without = f"certificates are set in 宋 instead of 楷 without {' '.join(packages)}"
    prefix = administrator()
    if prefix is not None and shutil.which("apt-get") and not ASKED.exists():
        ASKED.write_text(f"{' '.join(packages)}\n")
        say(f"certificates look best with {' '.join(packages)}: installing with apt")
        if apt_installs(prefix, packages):
            return
    say(f"{without}: `sudo apt-get install {' '.join(packages)}` brings it whenever you like")


def opens(library: str) -> bool:
    """Whether the dynamic linker finds this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def bring_chromium() -> None:
    """Make sure that a Chromium which really starts is there: on Ubuntu the name may be an empty shim."""
    if working_browser():
        return
    install_system_packages("browser tests need", ["chromium"])
    if not working_browser():
        stop("browser tests need Chromium: install one for which `chromium --version` works, then run make again")


def working_browser() -> "str | None":
    """The first installed browser that answers when asked for its version."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], check=False, capture_output=True, timeout=60).returncode == 0:
            return path
    return None


def install_system_packages(reason: str, packages: "list[str]") -> None:
    """Install Debian packages as root or by a sudo that asks nothing; else say which command does it, and stop."""
    if not packages:
        return
    by_hand = f"{reason} {' '.join(packages)}: run `sudo apt-get install {' '.join(packages)}`, then make again"
    prefix = administrator()
    if prefix is None or not shutil.which("apt-get"):
        stop(by_hand)
    say(f"{reason} {' '.join(packages)}: installing with apt")
    if not apt_installs(prefix, packages):
        stop(by_hand)


def apt_installs(prefix: "list[str]", packages: "list[str]") -> bool:
    """Whether apt could install these packages; its own words are on the screen."""
    apt = [*prefix, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], check=False, env=quiet)
    installed = subprocess.run(
        [*apt, "install", "-y", "--no-install-recommends", *packages], check=False, env=quiet, stdout=subprocess.DEVNULL
    )
    return installed.returncode == 0


def administrator() -> "list[str] | None":
    """The words to put before a command that needs root, or None when nobody here may."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def run(command: "list[str]") -> None:
    """Run a step; when it fails its own words are on the screen, so only stop."""
    if subprocess.run(command, check=False).returncode != 0:
        stop(f"failed: {' '.join(command)}")


if __name__ == "__main__":
    main(sys.argv[1:])
