import importlib
import importlib.util
import subprocess
import sys

import pytest

from chatbot.web.postponed import Postponed, postpone, without
from tests.program import ROOT


@pytest.fixture
def late(tmp_path, monkeypatch):
    """A package that is imported by nobody yet."""
    package = tmp_path / "late_package"
    package.mkdir()
    (package / "__init__.py").write_text("VALUE = 7\n")
    (package / "inner.py").write_text("from late_package import VALUE\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "late_package"
    for name in [name for name in sys.modules if name.split(".")[0] == "late_package"]:
        del sys.modules[name]


def test_a_postponed_library_is_loaded_when_it_is_used(late):
    postpone(late)
    module = importlib.import_module(late)
    assert isinstance(module, Postponed)
    assert module.VALUE == 7
    assert not isinstance(sys.modules[late], Postponed)
    assert importlib.import_module(late).__file__


def test_what_is_asked_of_every_module_loads_nothing(late):
    postpone(late)
    assert not hasattr(sys.modules[late], "__file__")
    assert isinstance(sys.modules[late], Postponed)


def test_a_postponed_library_counts_as_installed(late):
    postpone(late)
    assert importlib.util.find_spec(late).origin.endswith("__init__.py")
    assert isinstance(sys.modules[late], Postponed)


def test_what_is_not_installed_stays_so():
    postpone("no_such_library")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_library")


def test_a_part_of_a_postponed_library_can_be_imported(late):
    postpone(late)
    assert importlib.import_module(f"{late}.inner").VALUE == 7


def test_what_the_library_lacks_is_an_error_as_ever(late):
    postpone(late)
    with pytest.raises(AttributeError, match="NOTHING"):
        _ = importlib.import_module(late).NOTHING


def test_a_library_that_is_loaded_stays(late):
    loaded = importlib.import_module(late)
    postpone(late)
    assert sys.modules[late] is loaded


def test_a_library_can_be_kept_away_for_a_while(late):
    with without(late), pytest.raises(ImportError):
        importlib.import_module(late)
    loaded = importlib.import_module(late)
    assert loaded.VALUE == 7
    with without(late):
        assert importlib.import_module(late) is loaded


def test_the_pages_are_made_without_pandas_and_tools_for_language_models():
    program = """
import sys
from chatbot.web.postponed import postpone, without
postpone("pandas")
with without("mcp"):
    import chatbot.web.application
print([name for name in sys.modules if name.startswith(("pandas.", "mcp"))])
"""
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == "[]"
