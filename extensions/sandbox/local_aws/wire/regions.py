# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The regions of AWS, with their names, as botocore has them."""

from __future__ import annotations

import functools
import typing as t

import botocore.session


@functools.cache
def names() -> t.Mapping[str, str]:
    """The regions of all partitions by code, as people call them: {"us-east-1": "US East (N. Virginia)", ...}."""
    partitions = botocore.session.get_session().get_data("partitions")["partitions"]
    return {
        code: str(region.get("description", code))
        for partition in partitions
        for code, region in partition["regions"].items()
    }


def name_of(code: str) -> str:
    """The region as people call it: US East (N. Virginia)."""
    return names().get(code, code)
