# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM refuses policies that are too long."""

from __future__ import annotations

import typing as t

from moto.iam.exceptions import LimitExceededException
from moto.iam.models import IAMBackend

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction("CreatePolicy and CreatePolicyVersion", "take any size", "LimitExceeded above 6,144 characters"),
)
# Characters of a managed policy without white space (IAM quotas).
POLICY_CHARACTERS = 6_144


def apply() -> None:
    """Put the corrections in place."""
    wrap(IAMBackend, "create_policy", _create_policy)
    wrap(IAMBackend, "create_policy_version", _create_policy_version)


def _create_policy(
    original: t.Any, backend: t.Any, description: str, path: str, policy_document: str, *more: t.Any
) -> t.Any:
    _check_size(policy_document)
    return original(backend, description, path, policy_document, *more)


def _create_policy_version(
    original: t.Any, backend: t.Any, policy_arn: str, policy_document: str, *more: t.Any
) -> t.Any:
    _check_size(policy_document)
    return original(backend, policy_arn, policy_document, *more)


def _check_size(document: str) -> None:
    if len("".join(document.split())) > POLICY_CHARACTERS:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {POLICY_CHARACTERS}")
