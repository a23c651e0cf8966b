from ipaddress import ip_network
from pathlib import Path

import pytest

from moderator.config.settings import Settings, data_folder, read_settings
from moderator.errors import SettingsError
from moderator.linkcheck.dns_lists import Zone
from moderator.records import Verdict


def test_nothing_given_gives_the_defaults():
    assert read_settings(environment={}) == Settings()


def test_file_then_environment_then_arguments(tmp_path):
    config = tmp_path / "moderator.toml"
    config.write_text('history = "a.db"\nspam_from = 0.9\nself_pings = "hold"\nallow_networks = ["10.0.0.0/8"]\n')
    environment = {"MODERATOR_SPAM_FROM": "0.95", "MODERATOR_VERIFY": "yes"}
    settings = read_settings(config, environment, model=Path("m"), history=None)
    assert settings.history == Path("a.db")
    assert settings.spam_from == 0.95
    assert settings.verify is True
    assert settings.self_pings is Verdict.HOLD
    assert settings.allow_networks == (ip_network("10.0.0.0/8"),)
    assert settings.model == Path("m")


def test_the_environment_can_name_the_file(tmp_path):
    config = tmp_path / "moderator.toml"
    config.write_text("verify = true\n")
    assert read_settings(environment={"MODERATOR_CONFIG": str(config)}).verify is True


def test_every_problem_is_told_at_once(tmp_path):
    config = tmp_path / "moderator.toml"
    config.write_text('verify = "perhaps"\nspam_form = 1\nallow_networks = ["10.0.0.1/8"]\n')
    with pytest.raises(SettingsError) as caught:
        read_settings(config, {"MODERATOR_SELF_PINGS": "maybe", "MODERATOR_SPAM_FROM": "2"})
    assert len(caught.value.problems) == 5
    told = str(caught.value)
    for part in ("'perhaps'", "'spam_form'", "10.0.0.1/8", "MODERATOR_SELF_PINGS", "from 0 to 1"):
        assert part in told


@pytest.mark.parametrize("value", ["nan", "-0.1", "1.5", "high", True])
def test_a_probability_is_a_probability(value):
    with pytest.raises(SettingsError, match="from 0 to 1"):
        read_settings(environment={}, spam_from=value)


def test_crossed_cutoffs_are_refused():
    with pytest.raises(SettingsError, match="above spam_from"):
        read_settings(environment={"MODERATOR_APPROVE_BELOW": "0.9", "MODERATOR_SPAM_FROM": "0.5"})


@pytest.mark.parametrize(("content", "says"), [("a = ", "not TOML"), (None, "cannot read settings")])
def test_a_bad_file_is_one_clear_line(tmp_path, content, says):
    config = tmp_path / "moderator.toml"
    if content is not None:
        config.write_text(content)
    with pytest.raises(SettingsError, match=says) as caught:
        read_settings(config, {})
    assert "\n" not in str(caught.value)


def test_the_data_folder_follows_the_desktop_rules():
    assert data_folder({"XDG_DATA_HOME": "/data"}) == Path("/data/moderator")
    assert data_folder({"HOME": "/home/a"}) == Path("/home/a/.local/share/moderator")


def test_dns_lists_and_prefixes(tmp_path):
    config = tmp_path / "moderator.toml"
    config.write_text('dns_lists = ["zen.spamhaus.org", "lists.example"]\nnat64_prefixes = ["2001:db8:64::/96"]\n')
    settings = read_settings(config, {})
    assert settings.dns_lists == (Zone("zen.spamhaus.org", of_addresses=True), Zone("lists.example"))
    assert settings.nat64_prefixes == ("2001:db8:64::/96",)
    assert read_settings(environment={"MODERATOR_DNS_LISTS": "a.example, b.example"}).dns_lists == (
        Zone("a.example"),
        Zone("b.example"),
    )


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("MODERATOR_DNS_LISTS", "no zone", "names of DNS zones .*'no zone'"),
        ("MODERATOR_NAT64_PREFIXES", "10.0.0.0/8", "IPv6 prefixes .*10.0.0.0/8"),
        ("MODERATOR_NAT64_PREFIXES", "2001:db8::/33", "IPv6 prefixes"),
    ],
)
def test_what_is_no_zone_or_prefix_is_named(variable, value, says):
    with pytest.raises(SettingsError, match=says):
        read_settings(environment={variable: value})
