import pytest

from moderator.config.settings import read_settings
from moderator.errors import SettingsError
from moderator.history.address import Address, is_address, masked, read_address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql+psycopg://me@db.example/moderator", "postgresql+psycopg://me@db.example/moderator"),
        ("postgresql://db.example:5433/moderator", "postgresql+psycopg://db.example:5433/moderator"),
        ("postgres://me:s3cret@[2001:db8::1]:5432/m", "postgresql+psycopg://me:***@[2001:db8::1]:5432/m"),
        ("postgresql://me:s3?cr/et#@h/m", "postgresql+psycopg://me:***@h/m"),
        ("postgresql://:s3cret@h/m", "postgresql+psycopg://:***@h/m"),
        ("postgresql:///m?host=/run/postgresql&password=s3cret", "postgresql+psycopg:///m"),
        ("postgresql://me@h/m?password=s3@cret", "postgresql+psycopg://me@h/m"),
    ],
)
def test_an_address_hides_its_password(text: str, shown: str) -> None:
    address = read_address(text)
    assert address.text.partition("://")[2] == text.partition("://")[2]
    assert str(address) == shown
    assert f"{address!r}" == f"Address('{shown}')"
    assert "s3" not in repr(read_settings(environment={"MODERATOR_HISTORY": text}))


@pytest.mark.parametrize(
    "text",
    ["mysql://me:s3cret@h/m", "postgresql://me:s3@cret@h/m", "postgresql:/me:s3cret@h/m", "postgresql://[s3cret/m"],
)
def test_what_is_none_is_refused_without_its_password(text: str) -> None:
    assert is_address(text)
    with pytest.raises(SettingsError, match=r"postgresql\+psycopg://user@host/name") as told:
        read_settings(environment={"MODERATOR_HISTORY": text})
    assert "s3" not in str(told.value)
    assert "cret" not in masked(text)


def test_files_stay_files() -> None:
    assert not is_address("history.sqlite3")
    assert masked("a:b@c") == "a:b@c"
    given = Address("postgresql+psycopg://h/m")
    assert read_settings(environment={}, history=given).history is given
