"""Users: who may log in to the site, and what they may do there."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update

from kb.database.sessions import Sessions
from kb.database.tables import UserRow

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
"""Characters: shorter ones are guessed, and longer ones cost the server time."""
LONGEST_NAME = 100
_hasher = PasswordHasher()


class UserRole(StrEnum):
    """What a user may do: look at what waits for review, decide on it, or also hide things and manage users."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: "UserRole") -> bool:
        """Whether whoever has this role may do all that the other may."""
        order = list(UserRole)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in.

    Attributes:
        name: as it is written; its case does not matter at the login.
        role: what that person may do.
        made: since when.
        token: what the sessions of this user name; another one ends them all.
    """

    name: str
    role: UserRole
    made: datetime
    token: str = field(repr=False)


class UserRefused(Exception):
    """A user cannot be made or changed so; the message says why and what to do."""


class Users:
    """Who may log in."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def all(self) -> list[User]:
        """Every user, by name."""
        with self._sessions.read() as session:
            return [_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.key))]

    def of_token(self, token: str) -> User | None:
        """The user whose sessions name this token."""
        with self._sessions.read() as session:
            row = session.scalar(select(UserRow).where(UserRow.token == token))
            return _user(row) if row else None

    def verified(self, name: str, password: str) -> User | None:
        """The user of this name and password; whether the name is known, the time it takes does not tell."""
        with self._sessions.read() as session:
            row = session.get(UserRow, _key(name))
        held = row.password if row else _of_nobody()
        try:
            _hasher.verify(held, password[: LONGEST_PASSWORD + 1])
        except VerifyMismatchError:
            return None
        if row is None:
            return None
        if _hasher.check_needs_rehash(held):
            self._change(row.key, password=_hasher.hash(password))
        return _user(row)

    def add(self, name: str, role: UserRole, password: str) -> User:
        """Let somebody log in from now on.

        Raises:
            UserRefused: the name is taken or none, or the password is too short or too long.
        """
        shown = " ".join(name.split())
        if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
            raise UserRefused(f"a name has 1 to {LONGEST_NAME} characters, none of them invisible")
        hashed = _hashed(password)
        with self._sessions.write() as session:
            if session.get(UserRow, _key(name)) is not None:
                raise UserRefused(f"there is a user {shown!r} already: choose another name")
            row = UserRow(
                key=_key(name), name=shown, role=role, password=hashed, token=_token(), made=datetime.now(UTC)
            )
            session.add(row)
            session.flush()
            return _user(row)

    def set_role(self, name: str, role: UserRole) -> None:
        """Let a user do what this role may, from the next request on.

        Raises:
            UserRefused: there is no such user.
        """
        self._change(_key(name), role=role)

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password, and end all sessions of that user.

        Raises:
            UserRefused: there is no such user, or the password is too short or too long.
        """
        self._change(_key(name), password=_hashed(password), token=_token())

    def end_sessions(self, name: str) -> None:
        """Log a user out wherever that user is logged in.

        Raises:
            UserRefused: there is no such user.
        """
        self._change(_key(name), token=_token())

    def remove(self, name: str) -> None:
        """Let a user log in no more, and end all sessions of that user; what was decided under the name stays.

        Raises:
            UserRefused: there is no such user.
        """
        with self._sessions.write() as session:
            row = session.get(UserRow, _key(name))
            if row is None:
                raise _unknown(name)
            session.delete(row)

    def _change(self, key: str, **values: str) -> None:
        with self._sessions.write() as session:
            found = session.scalars(update(UserRow).where(UserRow.key == key).values(**values).returning(UserRow.key))
            if not found.all():
                raise _unknown(key)


def _unknown(name: str) -> UserRefused:
    return UserRefused(f"there is no user {name!r}; `disputed users list` shows those there are")


def _user(row: UserRow) -> User:
    return User(row.name, UserRole(row.role), row.made, row.token)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _token() -> str:
    return secrets.token_urlsafe(24)


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UserRefused(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _hasher.hash(password)


@cache
def _of_nobody() -> str:
    """The hash of a password that nobody has."""
    return _hasher.hash(_token())
