"""The settings file with every setting explained."""

import re
import tomllib

import pytest

from moderator.config.service import Blog, Mail, ServiceSettings, read_service_settings
from moderator.config.settings import Settings, read_settings
from moderator.config.template import settings_of, settings_template


@pytest.mark.parametrize("record", [Settings, ServiceSettings, Blog, Mail])
def test_every_setting_says_what_it_means(record):
    for setting in settings_of(record):
        assert setting.meaning, setting.name


def test_untouched_it_is_the_defaults(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(settings_template())
    assert read_settings(path, {}) == Settings()
    assert read_service_settings(path, {}) == ServiceSettings()


def test_with_every_line_switched_on_it_can_be_read(tmp_path):
    text = settings_template()
    text = re.sub(r"^# (\[.*\]|[a-z_]+ = .*)$", r"\1", text, flags=re.MULTILINE)
    tomllib.loads(text)
    path = tmp_path / "settings.toml"
    path.write_text(text)
    read_settings(path, {})
    assert read_service_settings(path, {}).mail is not None


def test_what_was_chosen_is_set(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(
        settings_template(
            {
                "": {"verify": "true"},
                "service": {"shadow": "true"},
                "service.blogs": {"name": '"ours"', "url": '"https://ours.example/"'},
            }
        )
    )
    assert read_settings(path, {}).verify
    service = read_service_settings(path, {})
    assert service.shadow
    assert [blog.name for blog in service.blogs] == ["ours"]
