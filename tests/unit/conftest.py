# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all unit tests share."""

from __future__ import annotations

import os
import sys
import typing as t

import hypothesis
import pytest

from tests.support import shared_models
from tests.support.browser import browser

if t.TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["browser"]

# Where the environment has Pythons write no bytecode, hundreds of them would each compile all that is tested anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes says more of the machine, and of what else it does, than of the code.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")
shared_models.share()


@pytest.fixture(scope="session", autouse=True)
def no_images() -> Iterator[None]:
    """moto's accounts in this process have no images of AWS: each reset of an account makes thousands anew."""
    from moto import settings

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(settings, "ec2_load_default_amis", lambda: False)
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks of tests known."""
    config.addinivalue_line("markers", "browser: needs Chromium and the Python package playwright")
    config.addinivalue_line("markers", "other_unix: make unit runs it a second time without what only Linux has")
