"""Configuration: read from TOML and environment, explained when it is wrong."""

import pytest

from chevet.config import Config, ConfigError, load_config, master_key

GOOD = """
public_url = "https://visio.samu.example"
[mail]
host = "smtp.samu.example"
sender = "chevet@samu.example"
"""


@pytest.fixture
def toml(tmp_path):
    def write(text: str):
        path = tmp_path / "chevet.toml"
        path.write_text(text)
        return path

    return write


async def test_the_environment_goes_over_the_file(toml):
    config = load_config(
        toml(GOOD), {"CHEVET_MAIL__HOST": "other.example", "CHEVET_LISTEN__PORT": "9000", "HOME": "/"}
    )
    assert config.mail.host == "other.example"
    assert config.mail.sender == "chevet@samu.example"
    assert config.listen.port == 9000


async def test_a_secret_can_stand_in_a_file(toml, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    config = load_config(toml(GOOD), {"CHEVET_MAIL__PASSWORD_FILE": str(secret)})
    assert config.mail.password == "s3cret"


async def test_lists_in_the_environment_are_json():
    config = load_config(None, {"CHEVET_ICE__SERVERS": '[{"urls": ["stun:stun.samu.example"]}]'})
    assert config.ice.servers[0].urls == ["stun:stun.samu.example"]


@pytest.mark.proves("A60")
@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"CHEVET_PUBLIC_URL": "http://visio.samu.example"}, "https"),
        ({"CHEVET_PUBLIC_URL": "https://visio.samu.example/path"}, "without a path"),
        ({"CHEVET_MAIL__HOS": "x"}, "hos"),
        ({"CHEVET_LISTEN__PORT": "eighty"}, "$.listen.port"),
        ({"CHEVET_LISTEN__TLS_KEY": "/nowhere.key"}, "tls_certificate and tls_key"),
        ({"CHEVET_DATABASE": "mysql://x"}, "postgresql://"),
        ({"CHEVET_ICE__TURN_HOST": "turn.example", "CHEVET_ICE__TURN_SECRET": "short"}, "turn_secret"),
        (
            {
                "CHEVET_MAIL__HOST": "m.example",
                "CHEVET_MAIL__SENDER": "a@b.fr",
                "CHEVET_MAIL__SECURITY": "none",
            },
            "starttls",
        ),
        ({"CHEVET_SMS__PROVIDER": "custom"}, "gateway"),
        ({"CHEVET_TIMEZONE": "Europe/Nowhere"}, "timezone"),
        ({"CHEVET_ICE__SERVERS": "[{"}, "JSON"),
        ({"CHEVET_MAIL__PASSWORD_FILE": "/nowhere"}, "cannot be read"),
    ],
)
async def test_a_weak_or_wrong_setting_is_named_with_what_to_do(environ, word):
    with pytest.raises(ConfigError, match="(?s).*" + word.replace("$", r"\$")):
        load_config(None, environ)


@pytest.mark.proves("A60")
async def test_a_file_that_is_not_toml_or_not_there_is_named(toml, tmp_path):
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_config(toml("public_url ="), {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "absent.toml", {})


@pytest.mark.proves("A60")
async def test_a_master_key_that_others_may_read_is_refused(tmp_path):
    key = master_key(tmp_path)
    assert len(key) == 32
    assert master_key(tmp_path) == key
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        master_key(tmp_path)


@pytest.mark.proves("A60")
async def test_a_damaged_master_key_is_not_replaced(tmp_path):
    master_key(tmp_path)
    (tmp_path / "master.key").write_text("abc")
    with pytest.raises(ConfigError, match="backup"):
        master_key(tmp_path)


async def test_defaults_are_those_of_a_demo_on_this_machine():
    assert load_config(None, {}) == Config()
