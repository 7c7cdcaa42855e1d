# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preconditions of a step, judged as the agent judges them, in its words. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .plan import Argument

_PLATFORM: t.Final = "platformType"
_OPERATOR: t.Final = "StringEquals"


class Judgement(t.NamedTuple):
    """Whether a step may run, and what the agent says of preconditions that are not met or that it cannot judge."""

    is_met: bool
    remarks: tuple[str, ...]


def judge(preconditions: Mapping[str, Sequence[Argument]], platform: str) -> Judgement:
    """All preconditions of a step on a node of a platform such as "Linux"."""
    found = [_judge_one(operator, arguments, platform) for operator, arguments in preconditions.items()]
    return Judgement(
        all(judgement.is_met for judgement in found),
        tuple(remark for judgement in found for remark in judgement.remarks),
    )


def _judge_one(operator: str, arguments: Sequence[Argument], platform: str) -> Judgement:
    if operator != _OPERATOR:
        return Judgement(True, (f'unrecognized operator: "{operator}"',))
    if len(arguments) != 2:
        return _unknown("operator accepts exactly 2 arguments")
    first, second = arguments
    refused = _refused(first, second)
    if refused:
        return _unknown(refused)
    if _PLATFORM in {first.written, second.written}:
        return _judge_platform(first, second, platform)
    return Judgement(True, ()) if first.resolved == second.resolved else _not_met(first, second)


def _refused(first: Argument, second: Argument) -> str:
    """Why two arguments cannot be compared; "" when they can."""
    if first.written == second.written:
        is_platform = first.written == _PLATFORM
        return f"[{_PLATFORM} {_PLATFORM}]" if is_platform else "operator's arguments can't be identical"
    for kind, prefix in (("SSM", "ssm:"), ("secure SSM", "ssm-secure:")):
        if any(argument.written.replace(" ", "").startswith("{{" + prefix) for argument in (first, second)):
            return f"operator's arguments can't contain {kind} parameters"
    is_written_out = (first.written, second.written) == (first.resolved, second.resolved)
    if is_written_out and _PLATFORM not in {first.written, second.written}:
        return "at least one of operator's arguments must contain a valid document parameter"
    return ""


def _judge_platform(first: Argument, second: Argument, platform: str) -> Judgement:
    wanted = second if first.written == _PLATFORM else first
    if wanted.written.lower() != wanted.resolved.lower():
        return _unknown("the second argument for the platformType variable can't contain document parameters")
    return Judgement(True, ()) if wanted.written.lower() == platform.lower() else _not_met(first, second)


def _unknown(remark: str) -> Judgement:
    return Judgement(True, (f'"{_OPERATOR}": {remark}',))


def _not_met(first: Argument, second: Argument) -> Judgement:
    return Judgement(False, (f'"{_OPERATOR}": [{first.written}, {second.written}]',))
