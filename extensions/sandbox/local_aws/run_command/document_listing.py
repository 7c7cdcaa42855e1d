# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of ListDocuments. Pure."""

from __future__ import annotations

import typing as t

from ..wire.errors import ApiError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Json = dict[str, t.Any]
AMAZON: t.Final = "Amazon"
# Nobody shares documents here, so that what is public is AWS's, and what is private is the account's own.
_OWNERS: t.Final[Mapping[str, Callable[[bool], bool]]] = {
    AMAZON: lambda is_own: not is_own,
    "Public": lambda is_own: not is_own,
    "Self": lambda is_own: is_own,
    "Private": lambda is_own: is_own,
    "ThirdParty": lambda _is_own: False,
    "All": lambda _is_own: True,
}


def select(identifiers: Iterable[Json], request: Mapping[str, t.Any], account_id: str) -> list[Json]:
    """The DocumentIdentifiers that match every filter of a request, in their order.

    InvalidFilterKey; ValidationException for an Owner that is none, or more than one.
    """
    older = request.get("DocumentFilterList") or []
    filters = [
        *((given["Key"], given.get("Values") or []) for given in request.get("Filters") or []),
        *((given["key"], [given["value"]]) for given in older),
    ]
    matchers = [_matcher(str(key), list(values), account_id) for key, values in filters]
    return [shown for shown in identifiers if all(matches(shown) for matches in matchers)]


def _matcher(key: str, values: Sequence[str], account_id: str) -> Callable[[Json], bool]:
    if key == "Owner":
        return _owner_matcher(values, account_id)
    if key == "Name":
        return lambda shown: str(shown["Name"]).startswith(tuple(values))
    if key == "SearchKeyword":
        return lambda shown: any(value.lower() in str(shown["Name"]).lower() for value in values)
    if key in {"PlatformTypes", "CloudProviders"}:
        return lambda shown: not set(values).isdisjoint(shown.get(key, []))
    if key in {"DocumentType", "TargetType"}:
        return lambda shown: shown.get(key) in values
    if key.startswith("tag:"):
        return lambda shown: any(tag["Key"] == key[4:] and tag["Value"] in values for tag in shown["Tags"])
    raise ApiError("InvalidFilterKey", f"The filter key {key} is not valid.")


def _owner_matcher(values: Sequence[str], account_id: str) -> Callable[[Json], bool]:
    if len(values) != 1 or values[0] not in _OWNERS:
        raise ApiError("ValidationException", f"Owner takes one of {', '.join(_OWNERS)}.")
    fits = _OWNERS[values[0]]
    return lambda shown: fits(shown["Owner"] == account_id)
