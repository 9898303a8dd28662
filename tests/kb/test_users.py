from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kb.database import Base
from kb.database.sessions import engine_at
from kb.database.users import User, UserRefused, UserRole

PASSWORD = "a long password"


@pytest.fixture
def ann(base: Base) -> User:
    return base.users.add("Ann  Miller", UserRole.EDITOR, PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "known"),
    [
        ("Ann Miller", PASSWORD, True),
        (" ann MILLER ", PASSWORD, True),
        ("Ann Miller", PASSWORD + " ", False),
        ("Ann Miller", "", False),
        ("Ann", PASSWORD, False),
        ("", PASSWORD, False),
        ("Ann\x00Miller", PASSWORD, False),
        ("Ann Miller", "x" * 100_000, False),
    ],
)
def test_only_the_right_name_and_password_are_taken(
    base: Base, ann: User, name: str, password: str, known: bool
) -> None:
    assert base.users.verified(name, password) == (ann if known else None)


@pytest.mark.usefixtures("ann")
def test_what_is_kept_of_a_password_is_its_argon2_hash(base: Base) -> None:
    engine = engine_at(base.address)
    with engine.connect() as connection:
        held = connection.scalar(sa.text("SELECT password FROM users"))
    engine.dispose()
    assert held.startswith("$argon2id$")
    assert PASSWORD not in held


def test_another_password_ends_the_sessions(base: Base, ann: User) -> None:
    assert base.users.of_token(ann.token) == ann
    base.users.set_password("ann miller", "another password")
    assert base.users.of_token(ann.token) is None
    assert base.users.verified("ann miller", PASSWORD) is None
    changed = base.users.verified("ann miller", "another password")
    assert changed
    base.users.end_sessions("Ann Miller")
    assert base.users.of_token(changed.token) is None


def test_a_role_holds_from_the_next_look_on(base: Base, ann: User) -> None:
    base.users.set_role("Ann Miller", UserRole.READER)
    found = base.users.of_token(ann.token)
    assert found
    assert found.role is UserRole.READER


def test_one_who_is_removed_is_known_no_more(base: Base, ann: User) -> None:
    base.users.remove("Ann Miller")
    assert (base.users.all(), base.users.of_token(ann.token), base.users.verified("Ann Miller", PASSWORD)) == ([], None, None)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("ANN miller", PASSWORD, "already"),
        ("  ", PASSWORD, "a name has"),
        ("x" * 101, PASSWORD, "a name has"),
        ("Ann\u202e", PASSWORD, "invisible"),
        ("Ben", "short", "12 to 200"),
        ("Ben", "x" * 201, "12 to 200"),
    ],
)
def test_what_cannot_be_a_user_is_refused(base: Base, ann: User, name: str, password: str, message: str) -> None:
    with pytest.raises(UserRefused, match=message):
        base.users.add(name, UserRole.READER, password)
    assert base.users.all() == [ann]


def test_a_user_who_is_not_there_cannot_be_changed(base: Base) -> None:
    changes: list[Callable[[], object]] = [
        lambda: base.users.set_role("Ben", UserRole.ADMIN),
        lambda: base.users.set_password("Ben", PASSWORD),
        lambda: base.users.end_sessions("Ben"),
        lambda: base.users.remove("Ben"),
    ]
    for change in changes:
        with pytest.raises(UserRefused, match="no user"):
            change()


@pytest.mark.parametrize(
    ("role", "other", "does"),
    [("admin", "editor", True), ("editor", "editor", True), ("reader", "editor", False), ("editor", "admin", False)],
)
def test_a_role_includes_those_below_it(role: str, other: str, does: bool) -> None:
    assert UserRole(role).includes(UserRole(other)) is does


def test_a_fact_that_is_set_once_stays(base: Base) -> None:
    assert [base.facts.set_once("secret", value) for value in ("a", "b")] == ["a", "a"]
