# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dashboards belong to the account, not to a region."""

from __future__ import annotations

import typing as t

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from .patching import Correction, wrap

CORRECTIONS: t.Final = (Correction("Dashboards", "are another set in every region", "are the same in every region"),)
# Where the dashboards of a partition are kept.
_HOMES: t.Final = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def apply() -> None:
    """Put the correction in place."""
    for name in ("put_dashboard", "list_dashboards", "delete_dashboards", "get_dashboard"):
        wrap(CloudWatchBackend, name, _at_home)


def _at_home(original: t.Any, backend: t.Any, *args: t.Any, **keywords: t.Any) -> t.Any:
    home = cloudwatch_backends[backend.account_id][_HOMES[backend.partition]]
    return original(home, *args, **keywords)
