# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check that a job has keys or a role, and not both: of its variables, as a job's environment makes them."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar, trust_as_template

TASKS = pathlib.Path(__file__).parents[3] / "playbooks" / "tasks" / "aws_credential.yml"
PACKED = """[profile base]
aws_access_key_id = AKIA
aws_secret_access_key = secret
[default]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/fleet
source_profile = base
role_session_name = awx
external_id = 4711
"""
OWN = """[default]
role_arn = arn:aws:iam::123456789012:role/fleet
source_profile = base
role_session_name = jo

[profile other]
role_session_name = awx
"""


@pytest.fixture(autouse=True, scope="module")
def _plugins() -> None:
    """Lookups and tests are found by their names."""
    init_plugin_loader()


def task() -> dict[str, t.Any]:
    """The only task of the file."""
    (found,) = DataLoader().load_from_file(str(TASKS), trusted_as_template=True)
    return t.cast("dict[str, t.Any]", found)


def is_accepted(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, content: str | None, key: str | None) -> bool:
    """Whether a job with this configuration file and this key in its environment goes on."""
    for name, value in (("AWS_CONFIG_FILE", str(folder / "config")), ("AWS_ACCESS_KEY_ID", key)):
        monkeypatch.delenv(name, raising=False)
        if value is not None and (name != "AWS_CONFIG_FILE" or content is not None):
            monkeypatch.setenv(name, value)
    if content:
        (folder / "config").write_text(content)
    templar = Templar(loader=DataLoader(), variables=task()["vars"])
    condition = task()["ansible.builtin.assert"]["that"]
    return t.cast("bool", templar.template(trust_as_template("{{ " + condition + " }}")))


@pytest.mark.parametrize(
    ("content", "key", "accepted"),
    [
        (PACKED, "AKIA", False),
        (PACKED.replace("external_id = 4711\n", ""), "AKIA", False),
        (PACKED, None, True),
        (PACKED, "", True),
        (OWN, "AKIA", True),
        (None, "AKIA", True),
        ("", "AKIA", True),
        (None, None, True),
    ],
)
def test_keys_beside_the_role_are_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, content: str | None, key: str | None, accepted: bool
) -> None:
    assert is_accepted(tmp_path, monkeypatch, content, key) is accepted


def test_the_message_is_text_without_a_secret() -> None:
    message = task()["ansible.builtin.assert"]["fail_msg"]
    assert "AWS_ACCESS_KEY_ID" in message
    assert "AWS_CONFIG_FILE" in message
    assert "{{" not in message
