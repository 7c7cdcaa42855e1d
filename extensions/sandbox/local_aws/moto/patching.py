# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a correction says what it corrects, and how it is put around a method of moto, once for a process."""

from __future__ import annotations

import contextlib
import functools
import typing as t

from moto.core.exceptions import JsonRESTError, ServiceException

from ..wire.errors import ApiError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, t.Any]
# What answers operations in moto's place, by service and operation; None: it is moto's to answer after all.
Operations = t.Mapping[tuple[str, str], t.Callable[[Json, str], Json | None]]
_WRAPPED: t.Final = "_corrected_by_the_sandbox"


class Correction(t.NamedTuple):
    """One difference: what moto does, what AWS (and the sandbox) does."""

    name: str
    moto: str
    aws: str


@contextlib.contextmanager
def moto_refusals() -> Iterator[None]:
    """ApiError for what moto refuses meanwhile."""
    try:
        yield
    except JsonRESTError as error:
        raise ApiError(error.relative_error_type, error.message, status=error.code) from error
    except ServiceException as error:
        raise ApiError(error.code, error.message) from error


def wrap(owner: t.Any, name: str, around: Callable[..., t.Any]) -> None:
    """Let calls of owner.name(...) be around(original, ...); a second time changes nothing."""
    original = getattr(owner, name)
    if hasattr(original, _WRAPPED):
        return

    @functools.wraps(original)
    def corrected(*args: t.Any, **keywords: t.Any) -> t.Any:
        return around(original, *args, **keywords)

    setattr(corrected, _WRAPPED, True)
    setattr(owner, name, corrected)
