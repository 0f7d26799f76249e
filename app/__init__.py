"""Sidan: government-paid vocational training, from an employer's order to a paid claim."""

import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from sqlalchemy.engine import make_url

from app.kernel import i18n, logs, styleguide, web
from app.kernel.access import close_unless_opened
from app.kernel.database import db, ping_idle_connections
from app.kernel.embedded import ensure_running
from app.kernel.sealing import Sealer, load_key
from config import ROOT, Config

PACKAGES = (
    "kernel",
    "audit",
    "regions",
    "occupations",
    "messages",
    "papers",
    "accounts",
    "policies",
    "ledger",
    "people",
    "schools",
    "designs",
    "orders",
    "courses",
    "rosters",
    "classes",
    "enrollments",
    "attendance",
    "recordings",
    "lessons",
    "inspections",
    "assessments",
    "certificates",
    "placements",
    "outreach",
    "funding",
    "desk",
    "demo",
)
"""The story's rooms, from the ground up."""

PARTS = ("models", "views", "cli", "tasks")
APP_ROLE = "sidan_app"
UPLOAD_LIMIT = 20 * 1024 * 1024
WITHOUT_DATABASE = (("policy", "check"), ("policy", "quote"))
NOWHERE = "postgresql://127.0.0.1:1/none"


def database_url(settings: Config) -> str:
    """The address of the database, with our driver; nothing set starts the embedded one."""
    given = settings.DATABASE_URL or (NOWHERE if asks_no_database(sys.argv) else ensure_running(settings.VAR))
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", given)


def asks_no_database(words: Sequence[str]) -> bool:
    """Whether a command line is one that only reads a folder: no database is started for it."""
    told = [word for word in words if not word.startswith("-")]
    return any(pair in WITHOUT_DATABASE for pair in pairwise(told))


def create_app(settings: Config | None = None, *, as_owner: bool = False) -> Flask:
    """Build the app; `as_owner` connects with the rights migrations need instead of the application's own."""
    settings = settings or Config.from_environment()
    logs.init()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    sealer = Sealer(load_key(settings.KEY, settings.VAR))
    url = make_url(database_url(settings))
    options = {} if as_owner else {"options": f"-c role={APP_ROLE}"}
    app.config.update(
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "connect_args": {"connect_timeout": 5, **options},
            "pool_size": 10,
            "max_overflow": 10,
            "pool_timeout": 10,
            "hide_parameters": True,
        },
        SECRET_KEY=sealer.session_key,
        SETTINGS=settings,
        DEMO=settings.DEMO,
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        BOOTSTRAP_SERVE_LOCAL=True,
        SESSION_COOKIE_NAME="sidan",
        SESSION_COOKIE_SECURE=settings.SECURE_COOKIES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
    )
    app.extensions["sealer"] = sealer
    db.init_app(app)
    with app.app_context():
        ping_idle_connections(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    Bootstrap5(app)
    i18n.init_app(app)
    web.init_app(app)
    styleguide.init_app(app)
    for package in PACKAGES:
        _move_in(app, package)
    close_unless_opened(app)
    return app


def _move_in(app: Flask, package: str) -> None:
    """Bring a package's tables, pages, commands and jobs into the app."""
    for part in PARTS:
        name = f"app.{package}.{part}"
        if find_spec(name) is None:
            continue
        module = import_module(name)
        for blueprint in getattr(module, "blueprints", ()):
            app.register_blueprint(blueprint)
        for command in getattr(module, "commands", ()):
            app.cli.add_command(command)
    room = import_module(f"app.{package}")
    if hasattr(room, "init_app"):
        room.init_app(app)
