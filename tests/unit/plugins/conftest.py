# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of all plugins share."""

from __future__ import annotations

import pytest

from tests.support.service_models import check_requests_of_clients


@pytest.fixture(autouse=True)
def requests_fit_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever answers for AWS, a request that AWS would refuse fails the test."""
    check_requests_of_clients(monkeypatch)
