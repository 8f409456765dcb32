"""What bench/against.py asks both trees: its first word is a command of `kg`, whatever else is called so."""

import against


def test_a_command_is_no_folder_of_its_name_and_a_wiki_is_its_folder(tmp_path, monkeypatch):
    for name in ("build", "wiki"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)

    assert against.command(["build", "wiki", "--full"]) == ["build", str(tmp_path / "wiki"), "--full"]
    assert against.command([]) == []
