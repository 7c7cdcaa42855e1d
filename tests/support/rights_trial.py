# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules and actions run in this process as a user of an enforcing sandbox, whose policy is swapped between runs."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import re
import typing as t

import boto3
import pytest
from ansible.module_utils.testing import patch_module_args
from ansible.utils.display import Display
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.plugin_utils.base import AWSPluginBase
from local_aws.iam.operations import ACTIONS as ACTIONS_OF

from tests.support.actions import make_action
from tests.support.rights_cases import OWN_DOCUMENT

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox
    from tests.support.rights_cases import Case

Json = dict[str, t.Any]
USER: t.Final = "trial"
PLUGINS: t.Final = "ansible_collections.ssmops.run_command.plugins"
PLUGINS_OF_ACTIONS: t.Final = frozenset({"send_command"})
# Seconds between two looks, which AWS needs and the sandbox does not.
POLLING: t.Final = (
    ("nodes.associations_calls", "POLL_DELAY"),
    ("nodes.managed_nodes_calls", "FIRST_POLL_DELAY"),
    ("nodes.profile_calls", "POLL_DELAY"),
)
REFUSED: t.Final = re.compile(r"not authorized to perform|\bis denied\b|AccessDenied")


def filled(value: t.Any, values: t.Mapping[str, str]) -> t.Any:
    """A value with these in place of {their names} in its texts."""
    if isinstance(value, str):
        return functools.reduce(lambda text, name: text.replace(f"{{{name}}}", values[name]), values, value)
    if isinstance(value, dict):
        return {filled(key, values): filled(item, values) for key, item in value.items()}
    return [filled(item, values) for item in value] if isinstance(value, (list, tuple)) else value


class Trial:
    """An account and a user who may do what `allow` was last given."""

    def __init__(self, sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sandbox = sandbox
        self._own = {"access_key": "", "secret_key": "", "region": sandbox.environment["AWS_REGION"]}
        self._is_user = True
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(AnsibleAWSModule, "client", lambda _module, service, *_more, **_rest: self.client(service))
        monkeypatch.setattr(AWSPluginBase, "client", lambda _action, service, *_more, **_rest: self.client(service))
        self._clients: dict[tuple[bool, str], t.Any] = {}
        self.shown: list[str] = []
        for place, name in POLLING:
            monkeypatch.setattr(f"{PLUGINS}.module_utils.{place}.{name}", 0.1)
        for method in ("display", "warning"):
            monkeypatch.setattr(Display, method, lambda _display, *texts, **named: self._show(*texts, *named.values()))
        iam = sandbox.client("iam")
        iam.create_user(UserName=USER)
        made = iam.create_access_key(UserName=USER)["AccessKey"]
        self._own |= {"access_key": made["AccessKeyId"], "secret_key": made["SecretAccessKey"]}
        self._iam = iam
        sandbox.client("ssm").create_document(Name="Own", DocumentType="Command", Content=OWN_DOCUMENT)
        node = sandbox.client("ssm").describe_instance_information()["InstanceInformationList"][0]["InstanceId"]
        self._values = {"key": sandbox.client("kms").create_key()["KeyMetadata"]["Arn"], "node": node}

    def _show(self, *texts: object) -> None:
        self.shown += [text for text in texts if isinstance(text, str)]

    def client(self, service: str) -> t.Any:
        """The client of who runs now; one for all runs, as making one takes longer than a run."""
        chosen = (self._is_user, service)
        if chosen not in self._clients:
            self._clients[chosen] = self._users_client(service) if self._is_user else self._sandbox.client(service)
        return self._clients[chosen]

    def _users_client(self, service: str) -> t.Any:
        return boto3.client(
            t.cast("t.Any", service),
            endpoint_url=self._sandbox.endpoint_url,
            region_name=self._own["region"],
            aws_access_key_id=self._own["access_key"],
            aws_secret_access_key=self._own["secret_key"],
        )

    def allow(self, document: Json) -> None:
        """Let the user do what this policy says, and nothing else."""
        if document["Statement"]:
            self._iam.put_user_policy(UserName=USER, PolicyName=USER, PolicyDocument=json.dumps(document))
        else:
            with contextlib.suppress(self._iam.exceptions.NoSuchEntityException):
                self._iam.delete_user_policy(UserName=USER, PolicyName=USER)

    @contextlib.contextmanager
    def as_administrator(self) -> Iterator[None]:
        """Who may do everything, for the length of a block."""
        self._is_user = False
        try:
            yield
        finally:
            self._is_user = True

    def prepare(self, steps: t.Sequence[tuple[str, Json]]) -> None:
        """What is there before a run: modules with their options, or operations of clients (iam.create_user)."""
        with self.as_administrator():
            for what, arguments in steps:
                service, _dot, operation = what.partition(".")
                if operation:
                    getattr(self.client(service), operation)(**arguments)
                else:
                    result = self.run(what, arguments)
                    assert not result.get("failed"), f"{what}: {result['msg']}"

    def tried(self, case: Case, document: Json, name: str, *, check: bool | None = None) -> Run:
        """A case as the user with this policy, after what is there before it."""
        values = {**self._values, "n": name}
        self.prepare(filled(case.prior, values))
        self.allow(document)
        self.shown.clear()
        self._sandbox.clear_calls()
        result = self.run(case.module, filled(case.arguments, values), check=case.check if check is None else check)
        return Run(result, "\n".join([json.dumps(result), *self.shown]))

    def run(self, name: str, options: Json, *, check: bool = False) -> Json:
        """The result of a module, or of the action that has its name."""
        if name in PLUGINS_OF_ACTIONS:
            kind = importlib.import_module(f"{PLUGINS}.action.{name}").ActionModule
            return make_action(kind, {**self._own, **options}, check_mode=check).run(task_vars={})
        main = importlib.import_module(f"{PLUGINS}.modules.{name}").main
        printed = io.StringIO()
        internal = {"_ansible_check_mode": check, "_ansible_diff": True}
        with (
            patch_module_args({**self._own, **options, **internal}),
            contextlib.redirect_stdout(printed),
            pytest.raises(SystemExit),
        ):
            main()
        return t.cast("Json", json.loads(printed.getvalue()))

    def calls(self) -> set[str]:
        """The actions that were asked for since the last time, without their services' prefixes."""
        counted = self._sandbox.calls()
        self._sandbox.clear_calls()
        named = {name.rpartition(":")[2] for key, name in ACTIONS_OF.items() if key.partition(":")[2] in counted}
        return {*counted, *named}


class Run(t.NamedTuple):
    """A run: its result, and all that it said."""

    result: Json
    text: str

    @property
    def is_refused(self) -> bool:
        """Whether it failed for want of a right."""
        return bool(self.result.get("failed")) and bool(REFUSED.search(self.text))


def without(document: Json, action: str, arns: t.Sequence[str]) -> Json:
    """A policy that does not allow an action on these resources."""
    statements = [
        {**one, "Action": [name for name in one["Action"] if name != action or one["Resource"] != list(arns)]}
        for one in document["Statement"]
    ]
    return {**document, "Statement": [one for one in statements if one["Action"]]}
