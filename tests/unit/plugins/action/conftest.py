# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions run as ansible-core runs them, against an account in memory, on a clock that only sleeping moves."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible import constants
from ansible.utils.display import Display
from ansible_collections.amazon.aws.plugins.plugin_utils.base import AWSPluginBase
from ansible_collections.ssmops.run_command.plugins.action import send_command
from ansible_collections.ssmops.run_command.plugins.plugin_utils import run_assembly

from tests.support.actions import make_action

from ..module_utils.commands.fake_ssm import Clock, FakeSSM, Node

if t.TYPE_CHECKING:
    import pathlib

Result = dict[str, t.Any]


class Scene:
    """An account with nodes, and tasks that are run on it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path) -> None:
        self.clock = Clock()
        self.ids = [f"i-{number:017x}" for number in range(3)]
        self.ssm = FakeSSM(self.clock, {node: Node() for node in self.ids})
        self.meta = types.SimpleNamespace(region_name="eu-west-1", endpoint_url="https://ssm.eu-west-1.amazonaws.com")
        self.ssm.meta = self.meta
        self.others: dict[str, t.Any] = {}
        self.configs: list[tuple[str, t.Any]] = []
        self.lines: list[str] = []
        self.warnings: list[str] = []
        self.folder = folder
        self.actions: list[t.Any] = []
        # Each scene is a run of its own, with what its tasks remember.
        self.run_directory = folder / "run"
        self.run_directory.mkdir()
        monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(self.run_directory))
        for module in (send_command, run_assembly):
            monkeypatch.setattr(module, "Deadline", self.clock.deadline)
        monkeypatch.setattr(
            AWSPluginBase, "client", lambda _action, service, aws_config: self._client(service, aws_config)
        )
        monkeypatch.setattr(Display, "display", lambda _display, text, *_args, **_more: self.lines.append(text))
        monkeypatch.setattr(Display, "warning", lambda _display, text, *_args, **_more: self.warnings.append(text))

    def _client(self, service: str, config: t.Any) -> t.Any:
        self.configs.append((service, config))
        return self.ssm if service == "ssm" else self.others[service]

    def run(self, arguments: Result, task_vars: Result | None = None, **keywords: t.Any) -> Result:
        """The result of a task; commands and web servers where `arguments` name none."""
        action = make_action(send_command.ActionModule, arguments, str(self.folder), **keywords)
        self.actions.append(action)
        return action.run(task_vars=task_vars or {})

    def forget(self) -> None:
        """The next task is of another run."""
        for file in self.run_directory.iterdir():
            file.unlink()

    def send(self, **arguments: t.Any) -> Result:
        """The result of sending `uptime` to all web servers, with these arguments besides."""
        return self.run({"commands": ["uptime"], "target_tags": {"Role": "web"}, **arguments})

    @property
    def requests(self) -> list[Result]:
        """What SendCommand was called with."""
        return [command.request for command in self.ssm.commands.values()]


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Scene:
    """Three web servers that answer after ten seconds."""
    return Scene(monkeypatch, tmp_path)
