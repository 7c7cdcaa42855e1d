# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""S3 refuses lifecycle rules of the old form, with Prefix, beside those of the new one, with Filter."""

from __future__ import annotations

import typing as t

from moto.s3.exceptions import MalformedXML
from moto.s3.models import FakeBucket

from .patching import Correction, Json, wrap

CORRECTIONS: t.Final = (
    Correction(
        "Lifecycle rules with Prefix and with Filter", "are stored together", "MalformedXML in one configuration"
    ),
)


def apply() -> None:
    """Put the correction in place."""
    wrap(FakeBucket, "set_lifecycle", _set_lifecycle)


def _set_lifecycle(original: t.Any, bucket: t.Any, rules: list[Json]) -> None:
    if any("Prefix" in rule for rule in rules) and any("Filter" in rule for rule in rules):
        raise MalformedXML
    original(bucket, rules)
