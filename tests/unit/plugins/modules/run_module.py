# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module's main() in this process, as Ansible runs it, with clients of the test's choice."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.module_utils.testing import patch_module_args

if t.TYPE_CHECKING:
    from collections.abc import Callable

CONNECTION = {"access_key": "test-access", "secret_key": "test-secret-key", "region": "us-east-1"}


def run_module(
    main: Callable[[], None], options: dict[str, t.Any], capsys: pytest.CaptureFixture[str], *, check: bool = False
) -> dict[str, t.Any]:
    """The module's result; `failed` is in it as Ansible puts it there."""
    internal = {"_ansible_check_mode": check, "_ansible_diff": True}
    with patch_module_args({**CONNECTION, **options, **internal}), pytest.raises(SystemExit) as ended:
        main()
    result: dict[str, t.Any] = json.loads(capsys.readouterr().out)
    assert bool(ended.value.code) is bool(result.get("failed"))
    return result


def assert_refused(result: dict[str, t.Any], named: list[str]) -> None:
    """It failed with one sentence that names all of this, and shows nothing of the code."""
    assert result["failed"]
    assert "\n" not in result["msg"]
    assert "Traceback" not in json.dumps(result)
    for word in named:
        assert word in result["msg"], result["msg"]
