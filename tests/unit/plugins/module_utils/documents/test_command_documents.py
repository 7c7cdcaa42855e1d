# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wanted document, a document as a text, and which of its versions go."""

from __future__ import annotations

import sys

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import command_documents, versions
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.readable import readable
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.versions import Listed
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

ONE, TWO, THREE, TEN = Listed(1, None, True), Listed(2, "b", False), Listed(3, None, False), Listed(10, None, False)


@pytest.mark.parametrize("name", ["ab", "AWS-Restart", "amazonRestart", "amzn-x", "with space", "a" * 129])
def test_a_name_that_aws_refuses_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="is not the name of a document"):
        command_documents.DocumentSpec(name)


@pytest.mark.parametrize(
    ("keep", "named", "gone"),
    [
        (4, False, []),
        (1, False, ["3"]),
        (1, True, ["2", "3"]),
        (2, False, []),
        (2, True, ["2"]),
    ],
)
def test_the_newest_versions_are_kept_and_the_default_one(keep: int, named: bool, gone: list[str]) -> None:
    assert versions.to_prune([TEN, ONE, THREE, TWO], keep, named, "10") == gone
    assert versions.to_prune([TEN, ONE, THREE, TWO], keep, named, "3") == [one for one in gone if one != "3"]


def test_a_document_is_written_as_people_read_it() -> None:
    shared = ["a"]
    assert readable({"b": "x\ny\n", "a": [shared, shared], "version": "2"}) == (
        "b: |\n  x\n  y\na:\n- - a\n- - a\nversion: '2'\n"
    )
    assert readable(None) == ""


def test_a_document_is_written_without_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert readable({"a": "é"}) == '{\n  "a": "é"\n}\n'
