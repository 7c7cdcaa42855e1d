# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM refuses to delete a policy that is attached, or has more than one version."""

from __future__ import annotations

import typing as t

from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction("DeletePolicy", "deletes a policy that is attached", "DeleteConflict while it is attached"),
)


def apply() -> None:
    """Put the correction in place."""
    wrap(IAMBackend, "delete_policy", _delete_policy)


def _delete_policy(original: t.Any, backend: t.Any, policy_arn: str) -> None:
    policy = backend.get_policy(policy_arn)
    if policy.attachment_count:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."
        )
    original(backend, policy_arn)
