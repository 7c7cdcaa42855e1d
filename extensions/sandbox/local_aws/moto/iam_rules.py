# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM refuses to delete what is attached, and policies that are too long."""

from __future__ import annotations

import typing as t

from moto.iam.exceptions import DeleteConflictException, LimitExceededException
from moto.iam.models import IAMBackend

from .patching import wrap

# Characters of a managed policy without white space (IAM quotas).
POLICY_CHARACTERS = 6_144


# amazon.aws asks for these before it deletes a user; nobody here can have one.
_NO_CREDENTIALS = (
    b'<ListServiceSpecificCredentialsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
    b"<ListServiceSpecificCredentialsResult><ServiceSpecificCredentials/></ListServiceSpecificCredentialsResult>"
    b"</ListServiceSpecificCredentialsResponse>"
)


def answer(operation: str) -> bytes | None:
    """The XML of an operation that moto lacks."""
    return _NO_CREDENTIALS if operation == "ListServiceSpecificCredentials" else None


def apply() -> None:
    """Put the corrections in place."""
    wrap(IAMBackend, "delete_policy", _delete_policy)
    wrap(IAMBackend, "create_policy", _create_policy)
    wrap(IAMBackend, "create_policy_version", _create_policy_version)


def _delete_policy(original: t.Any, backend: t.Any, policy_arn: str) -> None:
    policy = backend.get_policy(policy_arn)
    if policy.attachment_count:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."
        )
    original(backend, policy_arn)


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
