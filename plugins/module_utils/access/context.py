# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The condition keys of a simulated request: what is known of every request, and the option `context`. Pure.

Source: IAM user guide, "AWS global condition context keys".
"""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

# The values of a condition key by its name; without values, the request does not have the key.
Context = dict[str, tuple[str, ...]]

RESOURCE_TAG_PREFIXES = ("ssm:resourceTag/", "aws:ResourceTag/")
PRINCIPAL_TAG_PREFIX = "aws:PrincipalTag/"
# Service Authorization Reference: no request of ssm:SendCommand has these.
NEVER_SENT_PREFIXES = ("aws:requesttag/", "aws:tagkeys", "ec2:createaction", "ec2:resourcetag/", "iam:", "logs:", "s3:")
MULTIVALUED_KEYS = frozenset({"aws:tagkeys", "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist"})
KEY_TYPES = {
    "aws:currenttime": "date",
    "aws:epochtime": "numeric",
    "aws:multifactorauthage": "numeric",
    "aws:multifactorauthpresent": "boolean",
    "aws:principalisawsservice": "boolean",
    "aws:securetransport": "boolean",
    "aws:sourceip": "ip",
    "aws:tokenissuetime": "date",
    "aws:viaawsmcpservice": "boolean",
    "aws:viaawsservice": "boolean",
    "aws:vpcsourceip": "ip",
}
CASES_MAX = 20
# Whether one of AWS's managed MCP servers makes the request for the principal.
VIA_MCP_KEY = "aws:ViaAWSMCPService"


def request_facts(place: Place, moment: datetime.datetime) -> Context:
    """What is known of any request to SSM and EC2 in this place; `moment` is an aware time."""
    return {
        "aws:RequestedRegion": (place.region,),
        "aws:PrincipalAccount": (place.account,),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:CurrentTime": (moment.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:EpochTime": (str(int(moment.timestamp())),),
        "aws:SecureTransport": ("true",),
        VIA_MCP_KEY: ("false",),
    }


def principal_facts(principal: str | None, tags: Mapping[str, str] | None, user_id: str) -> Context:
    """What is known of the requests of a principal (an ARN); nothing for a group, whose members send.

    :param tags: None if they are not known.
    """
    kind = principal.split(":", 5)[5].partition("/")[0] if principal else ""
    if principal is None or kind == "group":
        return {}
    facts: Context = {
        "aws:PrincipalArn": (principal,),
        "aws:PrincipalType": ("User" if kind == "user" else "AssumedRole",),
        # The sessions of a role have no user name.
        "aws:username": (principal.rsplit("/", maxsplit=1)[-1],) if kind == "user" else (),
    }
    if user_id:
        facts["aws:userid"] = (user_id,)
    return facts | {f"{PRINCIPAL_TAG_PREFIX}{key}": (value,) for key, value in (tags or {}).items()}


def merged(*contexts: Mapping[str, tuple[str, ...]]) -> Context:
    """One context; of a key that several have, in any case, the values of the last."""
    names: dict[str, str] = {}
    values: Context = {}
    for context in contexts:
        for key, given in context.items():
            values.pop(names.get(key.lower(), ""), None)
            names[key.lower()] = key
            values[key] = given
    return values


def context_entries(context: Mapping[str, tuple[str, ...]]) -> list[dict[str, t.Any]]:
    """ContextEntries of a simulation; keys without values are left out."""
    return [
        {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": _type_of(key, values)}
        for key, values in context.items()
        if values
    ]


def _type_of(key: str, values: Sequence[str]) -> str:
    name = KEY_TYPES.get(key.lower(), "string")
    return f"{name}List" if len(values) > 1 or key.lower() in MULTIVALUED_KEYS else name


def parse_cases(raw: object) -> tuple[Context, ...]:
    """The option `context`: a dictionary of condition keys, or a list of them. Raises RequestError."""
    if raw is None:
        return ({},)
    if isinstance(raw, list):
        if not raw:
            raise RequestError("context: an empty list has no case; leave it out if no key is to be given.")
        if len(raw) > CASES_MAX:
            raise RequestError(f"context: it has {len(raw)} cases; allowed are at most {CASES_MAX}.")
        return tuple(_case(case, f"context[{number}]") for number, case in enumerate(raw))
    return (_case(raw, "context"),)


def with_mcp_cases(cases: Iterable[Context]) -> tuple[Context, ...]:
    """The cases, each also with a request through an MCP server."""
    found: list[Context] = []
    for case in cases:
        both = [case] if is_via_mcp(case) else [case, merged(case, {VIA_MCP_KEY: ("true",)})]
        found += [one for one in both if one not in found]
    return tuple(found)


def is_via_mcp(context: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the requests of a case come through an MCP server."""
    return any(key.lower() == VIA_MCP_KEY.lower() and values == ("true",) for key, values in context.items())


def _case(raw: object, where: str) -> Context:
    if not isinstance(raw, dict):
        raise RequestError(
            f"{where}: {raw!r} is not a dictionary of condition keys, such as {{aws:SourceIp: 192.0.2.1}}."
        )
    _check_keys(raw, where)
    return {key: _values(value, f"{where}[{key}]") for key, value in raw.items()}


def _check_keys(keys: Iterable[object], where: str) -> None:
    seen: dict[str, str] = {}
    for key in keys:
        if not isinstance(key, str) or ":" not in key or len(key) > 256:
            raise RequestError(f"{where}: {key!r} is not a condition key; allowed are names like aws:SourceIp.")
        if key.lower().startswith(tuple(prefix.lower() for prefix in RESOURCE_TAG_PREFIXES)):
            raise RequestError(f"{where}: {key!r} is a tag of a node; use tag_sets or instance_ids for those.")
        if seen.setdefault(key.lower(), key) != key:
            raise RequestError(f"{where}: {key!r} and {seen[key.lower()]!r} are the same key for IAM.")


def _values(raw: object, where: str) -> tuple[str, ...]:
    if raw is None:
        return ()
    return tuple(_text(item, where) for item in (raw if isinstance(raw, list) else [raw]))


def _text(raw: object, where: str) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, str | int | float):
        return str(raw)
    raise RequestError(f"{where}: {raw!r} is not a value of a condition key; allowed are texts, numbers and booleans.")
