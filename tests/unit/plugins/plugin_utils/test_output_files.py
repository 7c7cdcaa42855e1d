# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outputs are kept in files of their owner only."""

from __future__ import annotations

import stat
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
    assert path.read_bytes() == "out\r\n\ufffd\u4e16\x002\n----------ERROR-------\nerr\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert files.written == {NODE: str(path)}
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_file_is_replaced_by_a_later_run(tmp_path: pathlib.Path) -> None:
    files = OutputFiles(str(tmp_path))
    files.write(ended(("long ago\n", "")))
    files.write(ended(("now\n", "")))
    assert files.path(NODE).read_text() == "now\n"


def test_half_a_surrogate_pair_does_not_break_a_file(tmp_path: pathlib.Path) -> None:
    files = OutputFiles(str(tmp_path))
    files.write(ended(("\ud83d", "")))
    assert files.path(NODE).read_bytes() == b"\xed\xa0\xbd"


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError, match="taken"):
        OutputFiles(str(tmp_path / "taken")).prepare()
