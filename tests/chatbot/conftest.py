import pytest

from chatbot.urgent.flags import RedFlags
from tests.chatbot.red_flags import SMALL


@pytest.fixture(scope="module")
def flags():
    return RedFlags.open()


@pytest.fixture(scope="module")
def with_examples(real_encoder):
    return RedFlags.open(encoder=real_encoder)


@pytest.fixture
def small(tmp_path):
    def small(old="", new=""):
        assert old in SMALL
        path = tmp_path / "my_red_flags.toml"
        path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
        return path

    return small
