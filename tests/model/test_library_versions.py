"""The version of a library is the one that the standard library says."""

from importlib import metadata

import pytest

from kg.model import libraries


@pytest.mark.parametrize("name", ["owlrl", "pypdf", "pyoxigraph", "rdflib"])
def test_the_version_of_a_library_is_that_of_its_metadata(name):
    assert libraries.version(name) == metadata.version(name)


def test_what_is_not_installed_has_no_version():
    assert libraries.version("nosuchlibrary") == ""


def test_where_two_were_installed_the_metadata_are_asked(tmp_path, monkeypatch):
    for name in ("twice", "twice-1.dist-info", "twice-2.dist-info"):
        (tmp_path / name).mkdir()
    (tmp_path / "twice/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(metadata, "version", lambda _: "2")

    assert libraries.version("twice") == "2"
