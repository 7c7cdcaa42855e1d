# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A topic always has a policy."""

from __future__ import annotations

import typing as t

from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction("SetTopicAttributes", "takes a policy away", "InvalidParameter for an empty policy"),
)


def apply() -> None:
    """Put the correction in place."""
    wrap(SNSBackend, "set_topic_attribute", _set_topic_attribute)


def _set_topic_attribute(
    original: t.Any, backend: t.Any, topic_arn: str, attribute_name: str, attribute_value: str
) -> None:
    # moto's responses give the attribute's name in snake case.
    if attribute_name.lower() == "policy" and not (attribute_value or "").strip():
        raise SNSInvalidParameter("Invalid parameter: Policy is empty")
    original(backend, topic_arn, attribute_name, attribute_value)
