"""What an owner can choose about the service; everything that is wrong is named at once."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from moderator.config.passwords import hash_password
from moderator.config.service import Blog, Mail, read_secrets, read_service_settings
from moderator.errors import SettingsError
from moderator.records import Verdict

WHOLE = """
history = "x"
[service]
database = "/var/lib/moderator/service.sqlite3"
shadow = true
workers = 2
trusted_proxies = ["10.0.0.0/8", "2001:db8::/32"]
public_url = "https://moderator.example"
comments = "judge"
[service.mail]
to = "me@ours.example"
sender = "moderator@ours.example"
tls = true
[[service.blogs]]
name = "ours"
url = "https://ours.example/"
posts = ["https://ours.example/sitemap.xml"]
closed = ["/2019/*"]
self_pings = "approve"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def test_a_whole_table(tmp_path: Path) -> None:
    settings = read_service_settings(written(tmp_path, WHOLE), {})
    assert settings.database == Path("/var/lib/moderator/service.sqlite3")
    assert (settings.shadow, settings.workers, settings.comments) == (True, 2, "judge")
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))
    assert settings.mail == Mail("me@ours.example", "moderator@ours.example", tls=True)
    posts = ("https://ours.example/sitemap.xml",)
    assert settings.blogs == (
        Blog("ours", "https://ours.example/", posts, closed=("/2019/*",), self_pings=Verdict.APPROVE),
    )


def test_arguments_win_over_the_environment_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    environment = {"MODERATOR_SERVICE_SHADOW": "no", "MODERATOR_SERVICE_WORKERS": "8"}
    settings = read_service_settings(path, environment, workers=3, database=None)
    assert (settings.shadow, settings.workers) == (False, 3)
    assert settings.database is not None


def test_nothing_chosen() -> None:
    settings = read_service_settings(None, {})
    assert settings.blogs == ()
    assert settings.mail is None
    assert not settings.shadow


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[service]\nworkres = 2", "no setting 'workres'"),
        ("[service]\nworkers = 0", "whole number from 1 to 64"),
        ("[service]\nworkers = 2.5", "whole number"),
        ("[service]\nworkers = true", "whole number"),
        ("[service]\nshadow = 3", "true or false"),
        ("[service]\ndiscard_from = 2", "probability from 0 to 1"),
        ("[service]\ndiscard_from = nan", "probability from 0 to 1"),
        ("[service]\ncomments = 'spam'", "pass or judge"),
        ("[service]\ntrusted_proxies = ['10.0.0.1/8']", "host bits set"),
        ("[service]\npublic_url = 'ours'", "must be an address"),
        ("[service]\nblogs = 3", "must be tables"),
        ("[service]\nakismet_key = 'secret'", "no setting 'akismet_key'"),
        ("[[service.blogs]]\nname = 'x'", "lacks url"),
        ("[[service.blogs]]\nname = 'x'\nurl = 'javascript:1'", "must be an address"),
        ("[[service.blogs]]\nname = 'x'\nurl = 'https://x.example/'\nself_pings = 'maybe'", "approve, hold or spam"),
        ("[[service.blogs]]\nname = 'x'\nurl = 'https://x.example/'\ncolour = 'red'", "no 'colour'"),
        ("[[service.blogs]]\nname='x'\nurl='https://x.example/'\n" * 2, "same name"),
        ("[service.mail]\nto = 'me@ours.example'", "lacks sender"),
        ("[service.mail]\nto='a'\nsender='b'\nhour=24", "whole number from 0 to 23"),
        ("service = 3", "must be a table"),
        ("[service", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_service_settings(written(tmp_path, text), {})
    assert said in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        read_service_settings(written(tmp_path, "[service]\nworkers = 0\nx = 1"), {"MODERATOR_SERVICE_SHADOW": "?"})
    assert len(raised.value.problems) == 3


def test_secrets_come_from_the_environment_or_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    secrets = read_secrets(
        {
            "MODERATOR_AKISMET_KEY": "key",
            "MODERATOR_API_TOKEN_FILE": str(tmp_path / "token"),
            "MODERATOR_API_TOKEN": "loses",
        }
    )
    assert (secrets.akismet_key, secrets.api_token, secrets.password_hash) == ("key", "from a file", "")
    assert "key" not in repr(secrets)
    assert "from a file" not in repr(secrets)


@pytest.mark.parametrize(
    "kept", ["open sesame", "6384$8$1$c2FsdA==$c2FsdA==", hash_password("x")[:-9]], ids=["plain", "headless", "cut"]
)
def test_a_password_where_its_hash_belongs(kept: str) -> None:
    with pytest.raises(SettingsError, match="--hash-password") as error:
        read_secrets({"MODERATOR_PASSWORD_HASH": kept})
    assert kept not in str(error.value)


def test_a_secrets_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MODERATOR_API_TOKEN_FILE"):
        read_secrets({"MODERATOR_API_TOKEN_FILE": str(tmp_path / "none")})
