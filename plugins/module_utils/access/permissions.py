# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rights that modules, roles and playbooks of this collection need, and the policy documents that allow them."""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ANY: t.Final = "*"
ALWAYS: t.Final = "read"
COLLECTION: t.Final = "ssmops.run_command."
KINDS: t.Final = ("modules", "roles", "playbooks")
PLACE: t.Final = ("partition", "region", "account")
_VARIABLE: t.Final = re.compile(r"\{(\w+)\}")

Document = dict[str, t.Any]
Names = dict[str, tuple[str, ...]]


@dataclasses.dataclass(frozen=True)
class Right:
    """Actions on resources, and when they are needed.

    :ivar resources: templates of ARNs, with C({partition}) and other names in braces.
    :ivar uses: the uses that need them; C(read) is part of all others.
    :ivar options: needed only with one of these options of the module; always if empty.
    :ivar optional: what is lost without them; empty if the module fails without them.
    :ivar include: the name whose rights are needed, in place of actions, for those of the `uses` that are asked for, or
        for `include_uses`, with `include_options` (None: all).
    :ivar names: the names of what is included, in terms of the own ones.
    """

    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = (ANY,)
    uses: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    conditions: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    optional: str = ""
    include: str = ""
    include_uses: tuple[str, ...] = ()
    include_options: tuple[str, ...] | None = None
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def uses_inside(self, uses: Sequence[str] | None) -> tuple[str, ...] | None:
        """The uses of what is included, for these uses (None: all)."""
        if self.include_uses or not self.uses:
            return self.include_uses or (None if uses is None else tuple(uses))
        return tuple(use for use in self.uses if uses is None or use in uses)

    @property
    def templates(self) -> tuple[str, ...]:
        """What has names in braces."""
        return tuple(self.names.values()) if self.include else self.resources

    def is_for(self, uses: Sequence[str] | None, options: Sequence[str] | None) -> bool:
        """Whether it is needed for one of the uses, with one of the options (None: all of them)."""
        fits_use = uses is None or not self.uses or bool({ALWAYS, *uses}.intersection(self.uses))
        return fits_use and (options is None or not self.options or bool(set(options).intersection(self.options)))


@dataclasses.dataclass(frozen=True)
class Request:
    """What rights are asked for: those of a module, role or playbook.

    :ivar uses: for these uses (None: all).
    :ivar options: with these options of the module (None: all).
    :ivar names: of what it manages, for the names in the templates of ARNs.
    """

    name: str
    uses: tuple[str, ...] | None = None
    options: tuple[str, ...] | None = None
    names: Names = dataclasses.field(default_factory=dict)


class Needed(t.NamedTuple):
    """A right with the names for its resources."""

    right: Right
    names: Names

    def arns(self, place: Mapping[str, str]) -> tuple[str, ...]:
        """The resources, with C(partition), C(region) and C(account) from `place`."""
        known = {**self.names, **{key: (value,) for key, value in place.items()}}
        return tuple(dict.fromkeys(arn for text in self.right.resources for arn in _filled(text, known)))


class Permissions:
    """The rights of all modules, roles and playbooks.

    :param document: the content of C(meta/permissions.yml).
    """

    def __init__(self, document: Mapping[str, t.Any]) -> None:
        self.by_name: dict[str, tuple[Right, ...]] = {
            name: tuple(_right(row) for row in rows) for kind in KINDS for name, rows in document.get(kind, {}).items()
        }
        self._same_names: Mapping[str, Mapping[str, str]] = document.get("names", {})

    def needed(self, request: Request) -> Iterator[Needed]:
        """The rights of a request, those of what it includes too."""
        names = dict(request.names)
        for name, template in self._same_names.get(request.name, {}).items():
            names.setdefault(name, tuple(_filled(template, names)))
        for right in self.by_name[request.name]:
            if not right.is_for(request.uses, request.options):
                continue
            if not right.include:
                yield Needed(right, names)
                continue
            inner = {name: tuple(_filled(template, names)) for name, template in right.names.items()}
            yield from self.needed(
                Request(right.include, right.uses_inside(request.uses), right.include_options, inner)
            )

    def uses_of(self, name: str) -> list[str]:
        """The uses of a module, role or playbook; C(read) and C(check) are always there."""
        found = {ALWAYS, "check"}
        for right in self.by_name[name]:
            inherits = right.include and not right.uses and not right.include_uses
            found.update(self.uses_of(right.include) if inherits else right.uses)
        return sorted(found)

    def options_of(self, name: str) -> list[str]:
        """The options that need rights of their own."""
        return sorted({option for right in self.by_name[name] for option in right.options})

    def names_of(self, name: str) -> list[str]:
        """The names in the templates of a module, role or playbook."""
        own = self.by_name[name]
        templates = [
            text for right in own for text in (*right.names.values(), *([] if right.include else right.resources))
        ]
        return sorted({found for text in templates for found in _VARIABLE.findall(text)} - set(PLACE))


def _right(row: Mapping[str, t.Any]) -> Right:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Right(**{**row, **lists})


def parse_requests(raw: object, permissions: Permissions) -> list[Request]:
    """Requests from names, and from mappings with C(name), C(uses), C(options) and C(names).

    :raises RequestError: something in them is not known.
    """
    listed = raw if isinstance(raw, (list, tuple)) else [raw]
    if not listed:
        raise RequestError("no module, role or playbook was named; at least one is needed.")
    return [_request(item, permissions) for item in listed]


def _request(raw: object, permissions: Permissions) -> Request:
    given = raw if isinstance(raw, dict) else {"name": raw}
    _check_known("item", given, [field.name for field in dataclasses.fields(Request)])
    name = str(given.get("name")).removeprefix(COLLECTION)
    _check_known("name", [name], permissions.by_name)
    uses, options = _texts(given.get("uses"), "uses"), _texts(given.get("options"), "options")
    _check_known(f"uses of {name}", uses or (), permissions.uses_of(name))
    _check_known(f"options of {name}", options or (), permissions.options_of(name))
    return Request(name, uses, options, _names(given.get("names"), name, permissions))


def _names(raw: object, name: str, permissions: Permissions) -> Names:
    known = permissions.names_of(name)
    given = raw if isinstance(raw, dict) else {} if raw is None else {"name": raw}
    _check_known(f"names of {name}", given, known)
    return {key: _texts(value, f"names.{key}") or (ANY,) for key, value in given.items()}


def _texts(raw: object, where: str) -> tuple[str, ...] | None:
    if raw is None:
        return None
    listed = list(raw) if isinstance(raw, (list, tuple)) else [raw]
    for item in listed:
        if not isinstance(item, str) or not item:
            raise RequestError(f"{where}: {item!r} is not text; allowed are one text or a list of them.")
    return tuple(map(str, listed))


def _check_known(where: str, given: Iterable[object], known: Iterable[str]) -> None:
    allowed = sorted(known)
    for item in given:
        if item not in allowed:
            raise RequestError(f"{where}: {item!r} is not known; allowed are {', '.join(allowed) or 'none'}.")


def build_document(
    requests: Iterable[Request], permissions: Permissions, place: Mapping[str, str], *, optional: bool = True
) -> Document:
    """The policy document that allows what is requested, with one statement for the same resources and conditions.

    :param place: C(partition), C(region) and C(account) of the ARNs.
    :param optional: whether to allow what is not required too.
    """
    statements: dict[str, tuple[tuple[str, ...], Mapping[str, t.Any], set[str]]] = {}
    known = {key: (value,) for key, value in place.items()}
    for request in requests:
        for right, names in permissions.needed(request):
            if right.optional and not optional:
                continue
            resources = tuple(
                dict.fromkeys(arn for text in right.resources for arn in _filled(text, {**names, **known}))
            )
            entry = statements.setdefault(f"{resources} {right.conditions}", (resources, right.conditions, set()))
            entry[2].update(right.actions)
    return {"Version": "2012-10-17", "Statement": [_statement(*entry) for entry in statements.values()]}


def _statement(resources: Sequence[str], conditions: Mapping[str, t.Any], actions: Iterable[str]) -> Document:
    condition = {"Condition": dict(conditions)} if conditions else {}
    return {"Effect": "Allow", "Action": sorted(actions), "Resource": list(resources), **condition}


def _filled(template: str, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The template with all combinations of the names in it; C(*) in place of a name that is not given."""
    parts = _VARIABLE.split(template)
    used = list(dict.fromkeys(parts[1::2]))
    for values in itertools.product(*(names.get(name, (ANY,)) for name in used)):
        chosen = dict(zip(used, values, strict=True))
        yield "".join(chosen[part] if number % 2 else part for number, part in enumerate(parts))
