# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions boundaries exist, and users have them as roles do."""

from __future__ import annotations

import typing as t

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction(
        "Permissions boundaries",
        "are any ARN, and roles alone have them",
        "are policies that exist; users have them too",
    ),
)


def apply() -> None:
    """Put the corrections in place."""
    wrap(IAMBackend, "create_role", _create_role)
    wrap(IAMBackend, "put_role_permissions_boundary", _put_role_boundary)
    wrap(IamResponse, "create_user", _create_user)
    User.permissions_boundary = property(_user_boundary)  # type: ignore[attr-defined]  # moto has it for roles only
    IamResponse.put_user_permissions_boundary = _put_user_boundary  # type: ignore[attr-defined]  # moto lacks it
    IamResponse.delete_user_permissions_boundary = _delete_user_boundary  # type: ignore[attr-defined]  # moto lacks it


def _require(backend: t.Any, arn: str | None) -> None:
    if not arn:
        return
    try:
        backend.get_policy(arn)
    except NotFoundException as error:
        raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.") from error


def _create_role(original: t.Any, backend: t.Any, *args: t.Any, **keywords: t.Any) -> t.Any:
    # The fourth argument of moto's method, as its responses give it.
    _require(backend, keywords.get("permissions_boundary", args[3] if len(args) > 3 else None))
    return original(backend, *args, **keywords)


def _put_role_boundary(original: t.Any, backend: t.Any, role_name: str, permissions_boundary: str) -> None:
    _require(backend, permissions_boundary)
    original(backend, role_name, permissions_boundary)


def _create_user(original: t.Any, response: t.Any) -> t.Any:
    arn = response._get_param("PermissionsBoundary")
    _require(response.backend, arn)
    answer = original(response)
    response.backend.get_user(response._get_param("UserName")).permissions_boundary_arn = arn
    return answer


def _user_boundary(user: t.Any) -> dict[str, str] | None:
    arn = getattr(user, "permissions_boundary_arn", None)
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None


def _put_user_boundary(response: t.Any) -> ActionResult:
    user = response.backend.get_user(response._get_param("UserName"))
    arn = response._get_param("PermissionsBoundary")
    _require(response.backend, arn)
    user.permissions_boundary_arn = arn
    return EmptyResult()


def _delete_user_boundary(response: t.Any) -> ActionResult:
    response.backend.get_user(response._get_param("UserName")).permissions_boundary_arn = None
    return EmptyResult()
