"""Passwords: Argon2id, with a bound on how many are reckoned at once (each takes 64 MB)."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_room = BoundedSemaphore(2)
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$c2lkYW5zaWRhbnNpZGFu$1Z1m3kQ8oD8vSx3lq5C2yq7uU2m3bq7h0nq0l1d8w5M"


def hash_password(password: str) -> str:
    """The Argon2id hash of a password."""
    with _room:
        return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether a password fits; takes as long for an account that does not exist."""
    with _room:
        try:
            _hasher.verify(stored or _NOBODY, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None
