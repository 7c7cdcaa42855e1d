# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outputs are kept in files of their owner only."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import multiprocessing
import os
import stat
import time
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.output_files import OutputFiles

from .test_progress_display import NODE, ended

if t.TYPE_CHECKING:
    import pathlib


def test_files_hold_every_byte_and_are_their_owners_only(tmp_path: pathlib.Path) -> None:
    files = OutputFiles(str(tmp_path / "a" / "b"))
    files.prepare()
    files.write(ended(("out\r\n\ufffd\u4e16\x00", ""), ("2", "err\n")))
    path = tmp_path / "a" / "b" / f"{NODE}.txt"
    assert path.read_bytes() == "out\r\n\ufffd\u4e16\x00\n2\n----------ERROR-------\nerr\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert files.written == {("command", NODE): str(path)}
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


def test_a_file_is_replaced_by_a_later_run(tmp_path: pathlib.Path) -> None:
    files = OutputFiles(str(tmp_path))
    files.write(ended(("long ago\n", "")))
    files.write(ended(("now\n", "")))
    assert (tmp_path / f"{NODE}.txt").read_text() == "now\n"


def test_half_a_surrogate_pair_does_not_break_a_file(tmp_path: pathlib.Path) -> None:
    files = OutputFiles(str(tmp_path))
    files.write(ended(("\ud83d", "")))
    assert (tmp_path / f"{NODE}.txt").read_bytes() == b"\xed\xa0\xbd"


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError, match="taken"):
        OutputFiles(str(tmp_path / "taken")).prepare()


def test_why_a_document_did_not_run_is_in_the_file(tmp_path: pathlib.Path) -> None:
    files = OutputFiles(str(tmp_path))
    files.write(dataclasses.replace(ended(status="Failed", rc=1), trace="no such plugin"))
    assert (tmp_path / f"{NODE}.txt").read_text() == "\n----------ERROR-------\nno such plugin"


@pytest.mark.parametrize("name", [f"{NODE}.partial", f"{NODE}.txt", f".{NODE}.partial"])
@pytest.mark.parametrize("is_hard", [False, True], ids=["symbolic", "hard"])
def test_a_planted_link_leads_nowhere(tmp_path: pathlib.Path, name: str, is_hard: bool) -> None:
    target, folder = tmp_path / "target", tmp_path / "out"
    target.write_text("precious")
    folder.mkdir()
    if is_hard:
        os.link(target, folder / name)
    else:
        (folder / name).symlink_to(target)
    files = OutputFiles(str(folder))
    files.write(ended(("secret", "")))
    assert target.read_text() == "precious"
    assert ((folder / f"{NODE}.txt").read_text(), (folder / f"{NODE}.txt").is_symlink()) == ("secret", False)


@pytest.mark.parametrize("name", [f"{NODE}.partial", f"{NODE}.txt"])
def test_a_planted_file_of_another_mode_is_replaced(tmp_path: pathlib.Path, name: str) -> None:
    planted = tmp_path / name
    planted.write_text("planted")
    planted.chmod(0o666)
    files = OutputFiles(str(tmp_path))
    with planted.open() as reader:
        files.write(ended(("secret", "")))
        assert reader.read() == "planted"
    assert stat.S_IMODE((tmp_path / f"{NODE}.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["/../planted", "../planted", "a/b", ".hidden", "", "a\0b", "i-1\n"])
def test_an_id_that_is_none_names_no_file(tmp_path: pathlib.Path, name: str) -> None:
    folder = tmp_path / "out"
    files = OutputFiles(str(folder))
    files.prepare()
    with pytest.raises(OSError, match="Invalid argument"):
        files.write(ended(("out", ""), node=name))
    with pytest.raises(OSError, match="Invalid argument"):
        OutputFiles(str(folder), by_command=True).write(dataclasses.replace(ended(("out", "")), command_id=name))
    assert [path.name for path in tmp_path.rglob("*")] == ["out"]
    assert files.written == {}


def test_what_cannot_be_put_in_its_place_leaves_nothing_behind(tmp_path: pathlib.Path) -> None:
    files = OutputFiles(str(tmp_path))
    (tmp_path / f"{NODE}.txt").mkdir()
    with pytest.raises(IsADirectoryError):
        files.write(ended(("out", "")))
    assert [entry.name for entry in tmp_path.iterdir()] == [f"{NODE}.txt"]
    assert files.written == {}


def write_all(folder: pathlib.Path, word: str) -> int:
    """Write the files of 800 nodes when the other process is ready too; how many were written."""
    files = OutputFiles(str(folder / "out"))
    files.prepare()
    (folder / word).touch()
    deadline = time.monotonic() + 60
    while not all((folder / other).exists() for other in "ab"):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    for number in range(800):
        files.write(ended((word * 1_000, ""), node=f"i-{number:017x}"))
    return len(files.written)


def test_two_tasks_in_one_directory_do_not_disturb_each_other(tmp_path: pathlib.Path) -> None:
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(write_all, [tmp_path] * 2, "ab")) == [800, 800]
    entries = list((tmp_path / "out").iterdir())
    assert len(entries) == 800
    assert {entry.read_text() for entry in entries} <= {"a" * 1_000, "b" * 1_000}
