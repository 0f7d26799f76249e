"""Who: accounts, organizations, areas, deputies; signing in and out."""

from app.accounts.sessions import init_app

__all__ = ["init_app"]
