# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of policy documents for ssm:SendCommand: what is wrong, or allows more than it seems to. Pure.

A rule is a function from a statement, or from all of them, to findings; CODES has the codes they may report.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import SEND_COMMAND, TAG_CHANGE_ACTIONS
from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import as_list
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import (
    Arn,
    document_owners,
    is_wildcard,
    matches,
    parse_arn,
    partition_of_region,
    patterns_overlap,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

TAG_CONDITION_PREFIXES = ("ssm:resourcetag/", "aws:resourcetag/")
FOREIGN_TAG_PREFIXES = ("ec2:resourcetag/", "aws:requesttag/")
# Service Authorization Reference: these support neither resources nor tags, so a restriction denies them.
UNLIMITED_ACTIONS = (
    "ssm:CancelCommand",
    "ssm:GetCommandInvocation",
    "ssm:ListCommandInvocations",
    "ssm:ListCommands",
)
# Documents whose names say that they are a shell: naming one is a decision, a pattern that matches one is not.
SHELL_DOCUMENTS = ("AWS-RunPowerShellScript", "AWS-RunShellScript")
# AWS's documents that run a script, playbook, package or document of the sender's, or download one from where he says.
SCRIPT_DOCUMENTS = (
    "AWS-ApplyAnsiblePlaybooks",
    "AWS-ApplyChefRecipes",
    "AWS-ApplyDSCMofs",
    "AWS-ConfigureAWSPackage",
    "AWS-InstallApplication",
    "AWS-InstallPowerShellModule",
    "AWS-RunAnsiblePlaybook",
    "AWS-RunDockerAction",
    "AWS-RunDocument",
    "AWS-RunInspecChecks",
    "AWS-RunPatchBaselineWithHooks",
    "AWS-RunPowerShellScript",
    "AWS-RunRemoteScript",
    "AWS-RunSaltState",
    "AWS-RunShellScript",
)
# What matches all of these matches any name; names have 3 characters at least.
ANY_NAMES = ("AWS-RunShellScript", "Az9", "restart_web.2")
DOCUMENT_CHANGE_ACTIONS = ("ssm:CreateDocument", "ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion")


@dataclasses.dataclass(frozen=True)
class Finding:
    """A finding about a document: a stable code, the Sid or number of the statement, one sentence."""

    code: str
    statement: str
    message: str

    def __str__(self) -> str:
        place = f"{self.statement}: " if self.statement else ""
        return f"{place}{self.message} [{self.code}]"


@dataclasses.dataclass(frozen=True)
class StatementView:
    """A statement with scalars as lists and a flat condition: (operator, key, values).

    `excluded` is the value of NotAction (None: the statement has Action); NotResource is read as every resource.
    """

    name: str
    effect: str
    actions: tuple[str, ...]
    excluded: tuple[str, ...] | None
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]

    def covers_action(self, action: str) -> bool:
        """Whether one of the actions is `action` or a pattern that matches it."""
        if self.excluded is not None:
            return not _covers(self.excluded, action)
        return _covers(self.actions, action)

    @property
    def sends(self) -> bool:
        """Whether this statement allows ssm:SendCommand on something."""
        return self.effect == "Allow" and self.covers_action(SEND_COMMAND)

    @property
    def tag_conditions(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """The conditions on tags of a node."""
        return tuple(item for item in self.conditions if item[1].lower().startswith(TAG_CONDITION_PREFIXES))

    def resources_of(self, service: str, kind: str) -> tuple[str, ...]:
        """The resources that can match an ARN of `service` that begins with `kind`."""
        return tuple(text for text in self.resources if _covers_kind(text, service, kind))


def view_statements(document: Mapping[str, t.Any]) -> list[StatementView]:
    """The statements of a document (parsed JSON), identified by their Sid or, without one, by their number."""
    statements = as_list(document.get("Statement", []))
    return [_view(statement, f"Statement {number}") for number, statement in enumerate(statements, start=1)]


def lint_document(
    document: Mapping[str, t.Any], partition: str | None = None, skip: Collection[str] = ()
) -> list[Finding]:
    """The findings about a document, for a caller in C(partition), without rules whose code is in `skip`."""
    statements = view_statements(document)
    findings = [finding for rule in STATEMENT_RULES for statement in statements for finding in rule(statement)]
    findings += [finding for document_rule in DOCUMENT_RULES for finding in document_rule(statements)]
    findings += [finding for statement in statements for finding in _wrong_partition(statement, partition)]
    return [finding for finding in dict.fromkeys(findings) if finding.code not in skip]


def tags_changeable(principal: str, actions: Iterable[str], tag_keys: Iterable[str]) -> Finding:
    """The finding that a principal, by any policy, may change the tags in the conditions."""
    return Finding(
        "tags-changeable",
        "",
        f"{principal} may call {', '.join(sorted(actions))} with the tags {', '.join(sorted(tag_keys))}"
        " and so give itself access; set guard_tags or remove these actions from its policies.",
    )


def _view(statement: Mapping[str, t.Any], fallback: str) -> StatementView:
    condition = statement.get("Condition") or {}
    return StatementView(
        name=str(statement.get("Sid") or fallback),
        effect=str(statement.get("Effect")),
        actions=_texts(statement.get("Action", [])),
        excluded=_texts(statement["NotAction"]) if "NotAction" in statement else None,
        resources=("*",) if "NotResource" in statement else _texts(statement.get("Resource", [])),
        conditions=tuple(
            (operator, key, _texts(values)) for operator, keys in condition.items() for key, values in keys.items()
        ),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in as_list(value))


def _covers(patterns: Iterable[str], action: str) -> bool:
    return any(matches(pattern.lower(), action.lower()) for pattern in patterns)


def _covers_kind(text: str, service: str, kind: str) -> bool:
    if text == "*":
        return True
    arn = parse_arn(text)
    if arn is None or not matches(arn.service, service):
        return False
    literal = re.split(r"[*?]", arn.resource, maxsplit=1)[0]
    return literal.startswith(kind) or (literal != arn.resource and kind.startswith(literal))


def _node_resources(statement: StatementView) -> tuple[str, ...]:
    return statement.resources_of("ec2", "instance/") + statement.resources_of("ssm", "managed-instance/")


def _base_operator(operator: str) -> str:
    return operator.rsplit(":", maxsplit=1)[-1].removesuffix("IfExists")


def _arns(statement: StatementView) -> Iterator[tuple[str, Arn]]:
    for text in statement.resources:
        arn = parse_arn(text)
        if arn is not None:
            yield text, arn


def _sent_documents(statement: StatementView) -> tuple[str, ...]:
    """The resources that allow sending documents; under a condition on tags, none can be sent."""
    if not statement.sends or statement.tag_conditions:
        return ()
    return statement.resources_of("ssm", "document/")


def _document_pattern(text: str) -> str:
    """The part of a resource that document/NAME is compared with."""
    arn = parse_arn(text)
    return text if arn is None else arn.resource


def _is_any_document(text: str) -> bool:
    return all(matches(_document_pattern(text), f"document/{name}") for name in ANY_NAMES)


def _any_document(statement: StatementView) -> Iterator[Finding]:
    for text in filter(_is_any_document, _sent_documents(statement)):
        message = (
            f"the resource {text} allows any document, which amounts to a shell with full privileges on those nodes."
        )
        yield Finding("any-document", statement.name, message)


def _script_documents(statement: StatementView) -> Iterator[Finding]:
    for text in _sent_documents(statement):
        arn = parse_arn(text)
        if arn is None or _is_any_document(text) or not matches(arn.account, ""):
            continue
        pattern = arn.resource.removeprefix("document/")
        names = [name for name in SCRIPT_DOCUMENTS if matches(arn.resource, f"document/{name}")]
        if names and pattern not in SHELL_DOCUMENTS:
            message = (
                f"the resource {text} allows {', '.join(names)}, which run what the sender brings:"
                " it amounts to a shell with full privileges on those nodes."
            )
            yield Finding("script-document", statement.name, message)


def _changeable_documents(statements: list[StatementView]) -> Iterator[Finding]:
    sent = [text for view in statements for text in _sent_documents(view) if _may_be_own(text)]
    for view in (view for view in statements if view.effect == "Allow"):
        actions = [action for action in DOCUMENT_CHANGE_ACTIONS if view.covers_action(action)]
        actions = [action for action in actions if not _is_denied_everywhere(statements, action)]
        changed = view.resources_of("ssm", "document/")
        named = [text for text in sent if any(_may_be_same_document(text, other) for other in changed)]
        if actions and named:
            message = (
                f"it allows {', '.join(actions)} on {', '.join(dict.fromkeys(named))}, which may be sent too:"
                " principals with this policy write what they send."
            )
            yield Finding("document-changeable", view.name, message)


def _may_be_own(text: str) -> bool:
    """Whether a resource can be a document of an account, which somebody can write."""
    arn = parse_arn(text)
    if arn is None:
        return True
    return arn.account != "" and "account" in document_owners(arn.resource.removeprefix("document/"))


def _may_be_same_document(first: str, second: str) -> bool:
    if "*" in (first, second):
        return True
    one, other = parse_arn(first), parse_arn(second)
    if one is None or other is None:
        return False
    return patterns_overlap(one.account, other.account) and patterns_overlap(one.resource, other.resource)


def _is_denied_everywhere(statements: Iterable[StatementView], action: str) -> bool:
    denials = (view for view in statements if view.effect == "Deny" and not view.conditions)
    return any(view.covers_action(action) and "*" in view.resources for view in denials)


def _any_node(statement: StatementView) -> Iterator[Finding]:
    if not statement.sends or statement.tag_conditions:
        return
    for text in dict.fromkeys(_node_resources(statement)):
        if text == "*" or text.endswith("*"):
            yield Finding(
                "any-node", statement.name, f"the resource {text} has no condition on tags: it allows every node."
            )


def _wildcard_tag_value(statement: StatementView) -> Iterator[Finding]:
    for operator, key, values in statement.tag_conditions:
        if _base_operator(operator) == "StringLike":
            for value in filter(is_wildcard, values):
                message = f"the value {value!r} of {key} is a pattern: it allows every node whose tag matches it."
                yield Finding("wildcard-tag-value", statement.name, message)


def _document_tag_condition(statement: StatementView) -> Iterator[Finding]:
    if not statement.sends or not statement.tag_conditions:
        return
    for text in statement.resources_of("ssm", "document/"):
        if text != "*":
            message = (
                f"the condition on tags also applies to the document {text}, "
                "which has no such tag: everything is denied."
            )
            yield Finding("document-tag-condition", statement.name, message)


def _untagged_nodes(statement: StatementView) -> Iterator[Finding]:
    if not statement.sends:
        return
    for operator, key, values in statement.tag_conditions:
        is_null_test = operator == "Null" and "true" in [value.lower() for value in values]
        is_open = operator.endswith("IfExists") or operator.startswith("ForAllValues:") or "Not" in operator
        if is_open or is_null_test:
            message = f"{operator} is also true when a node has no tag {key}: it allows untagged nodes."
            yield Finding("untagged-nodes", statement.name, message)


def _node_arn_service(statement: StatementView) -> Iterator[Finding]:
    wrong = {"ssm": ("instance/", "ec2"), "ec2": ("managed-instance/", "ssm")}
    for text, arn in _arns(statement):
        kind, right = wrong.get(arn.service, ("", ""))
        if kind and arn.resource.startswith(kind):
            message = f"no node has the ARN {text}: the service of {kind}* is {right}, not {arn.service}."
            yield Finding("node-arn-service", statement.name, message)


def _document_account(statement: StatementView) -> Iterator[Finding]:
    for text, arn in _arns(statement):
        name = arn.resource.removeprefix("document/")
        if arn.service != "ssm" or name == arn.resource:
            continue
        if document_owners(name) == {"aws"} and arn.account not in {"", "*"}:
            message = f"no document has the ARN {text}: those of AWS-owned documents have no account."
            yield Finding("document-account", statement.name, message)


def _foreign_tag_key(statement: StatementView) -> Iterator[Finding]:
    if not statement.sends:
        return
    for _operator, key, _values in statement.conditions:
        if key.lower().startswith(FOREIGN_TAG_PREFIXES):
            message = f"ssm:SendCommand has no condition key {key}: use ssm:resourceTag/ or everything is denied."
            yield Finding("foreign-tag-key", statement.name, message)


def _limited_reads(statement: StatementView) -> Iterator[Finding]:
    if statement.effect != "Allow" or ("*" in statement.resources and not statement.tag_conditions):
        return
    named = {action.lower() for action in statement.actions}
    for action in UNLIMITED_ACTIONS:
        if action.lower() in named:
            message = f"{action} supports neither resources nor tags: with this restriction, it is denied."
            yield Finding("limited-reads", statement.name, message)


def _tag_changes(statements: list[StatementView]) -> Iterator[Finding]:
    keys = {key.partition("/")[2] for view in statements if view.sends for _op, key, _values in view.tag_conditions}
    denied = [view for view in statements if view.effect == "Deny" and _node_resources(view)]
    open_actions = [action for action in TAG_CHANGE_ACTIONS if not any(view.covers_action(action) for view in denied)]
    if not keys or not open_actions:
        return
    giver = next((view.name for view in statements if _allows_any(view, open_actions)), "")
    named = ", ".join(sorted(keys))
    if giver:
        message = (
            f"it allows changing tags on nodes, including {named}, "
            "so principals with this policy can give themselves access."
        )
    else:
        message = (
            f"nothing here denies changing {named} on nodes: "
            "principals that may tag nodes can give themselves access; see guard_tags."
        )
    yield Finding("tags-changeable", giver, message)


def _allows_any(view: StatementView, actions: Iterable[str]) -> bool:
    allows = view.effect == "Allow" and bool(_node_resources(view))
    return allows and any(view.covers_action(action) for action in actions)


def _missing_statements(statements: list[StatementView]) -> Iterator[Finding]:
    sending = [view for view in statements if view.sends]
    if not sending:
        return
    if not any(view.resources_of("ssm", "document/") for view in sending if not view.tag_conditions):
        yield Finding("no-document", "", "no statement allows ssm:SendCommand on a document: everything is denied.")
    if not any(_node_resources(view) for view in sending):
        yield Finding("no-node", "", "no statement allows ssm:SendCommand on a node: everything is denied.")


def _no_managed_instance(statements: list[StatementView]) -> Iterator[Finding]:
    sending = [view for view in statements if view.sends]
    has_ec2 = [view for view in sending if view.resources_of("ec2", "instance/")]
    if has_ec2 and not any(view.resources_of("ssm", "managed-instance/") for view in sending):
        message = "EC2 instances are allowed but no managed-instance: hybrid nodes (mi-) are denied."
        yield Finding("no-managed-instance", has_ec2[0].name, message)


def _wrong_partition(statement: StatementView, expected: str | None) -> Iterator[Finding]:
    for text, arn in _arns(statement):
        if is_wildcard(arn.partition):
            continue
        has_region = bool(arn.region) and not is_wildcard(arn.region)
        if expected is not None and arn.partition != expected:
            message = f"{text} is in the partition {arn.partition}, but the caller's is {expected}: it never matches."
            yield Finding("wrong-partition", statement.name, message)
        elif has_region and partition_of_region(arn.region) != arn.partition:
            message = f"{text} is in the partition {arn.partition}, but {arn.region} is not: it never matches."
            yield Finding("wrong-partition", statement.name, message)


STATEMENT_RULES: tuple[Callable[[StatementView], Iterator[Finding]], ...] = (
    _any_document,
    _script_documents,
    _any_node,
    _wildcard_tag_value,
    _document_tag_condition,
    _untagged_nodes,
    _node_arn_service,
    _document_account,
    _foreign_tag_key,
    _limited_reads,
)
DOCUMENT_RULES: tuple[Callable[[list[StatementView]], Iterator[Finding]], ...] = (
    _tag_changes,
    _missing_statements,
    _no_managed_instance,
    _changeable_documents,
)
CODES = (
    "any-document",
    "any-node",
    "document-account",
    "document-changeable",
    "document-tag-condition",
    "foreign-tag-key",
    "limited-reads",
    "no-document",
    "no-managed-instance",
    "no-node",
    "node-arn-service",
    "script-document",
    "tags-changeable",
    "untagged-nodes",
    "wildcard-tag-value",
    "wrong-partition",
)
