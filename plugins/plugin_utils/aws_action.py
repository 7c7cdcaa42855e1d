# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base class of actions that call AWS from the controller."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import typing as t
import urllib.parse

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible_collections.amazon.aws.plugins.module_utils.botocore import gather_sdk_versions
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.amazon.aws.plugins.plugin_utils.base import AWSPluginBase
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.task.aws_texts import error_details, error_text
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import HIDDEN, RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils.task_environment import environment_variables

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
    from botocore.config import Config
    from botocore.model import OperationModel

ArgumentSpec = dict[str, t.Any]
Result = dict[str, t.Any]

# Settings of botocore that it takes for texts without a look.
_TEXT_SETTINGS: t.Final = frozenset({"region_name", "signature_version", "user_agent", "user_agent_extra"})


@dataclasses.dataclass(frozen=True)
class Connection:
    """The connection options of amazon.aws that are used here; amazon.aws itself reads all of them."""

    endpoint_url: str | None = None
    aws_config: Mapping[str, t.Any] | None = None
    debug_botocore_endpoint_logs: bool = False


class AWSActionBase(AWSPluginBase, ActionBase):
    """Validated arguments with amazon.aws's connection options, clients made from them, and results without secrets."""

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._aws_options: dict[str, t.Any] = {}
        self._aws_connection = Connection()
        self._secrets: frozenset[str] = frozenset()
        self._called: set[str] = set()

    @contextlib.contextmanager
    def task_environment(self) -> Iterator[None]:
        """Apply the C(environment) of play, block and task for the length of a block, merged as for modules.

        It must contain everything that reads the environment: arguments fall back to it, clients and credentials are
        created from it, and botocore reads it again when it refreshes credentials.

        :raises AnsibleActionFail: a variable cannot be set.
        """
        merged: dict[str, t.Any] = {}
        # ansible-core has no annotation for it.
        t.cast("t.Any", self)._compute_environment_string(merged)
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(environment_variables({str(name): str(value) for name, value in merged.items()}))
            except ValueError as error:
                raise AnsibleActionFail(f"environment: {error}.") from error
            yield

    def validated_arguments(self, spec: ArgumentSpec, arguments: Mapping[str, t.Any]) -> dict[str, t.Any]:
        """`arguments` coerced, with defaults and environment fallbacks, checked against `spec` and the AWS options.

        :raises AnsibleActionFail: with the validator's sentence.
        """
        checked = ArgumentSpecValidator({**aws_argument_spec(), **spec}).validate(dict(arguments))
        self._secrets = frozenset(checked._no_log_values)
        self._aws_options = checked.validated_parameters
        self._aws_connection = Connection(
            endpoint_url=self._aws_options.get("endpoint_url"),
            aws_config=self._aws_options.get("aws_config"),
            debug_botocore_endpoint_logs=bool(self._aws_options.get("debug_botocore_endpoint_logs")),
        )
        if checked.error_messages:
            raise AnsibleActionFail(self._refusal(checked.errors[0]))
        return self._aws_options

    def _refusal(self, error: Exception) -> str:
        # The validator names unsupported arguments, and leaves the error to its caller.
        text = f"Unsupported parameters: {error}" if isinstance(error, UnsupportedError) else str(error)
        return str(remove_values(text, self._secrets))

    def get_options(self, hostvars: t.Any = None) -> dict[str, t.Any]:
        """The options from which AWSPluginBase creates its clients."""
        return self._aws_options

    def _do_fail(self, message: str) -> t.NoReturn:
        raise AnsibleActionFail(message)

    def aws_client(self, service: str, **config: t.Any) -> t.Any:
        """A client with these botocore settings, which override the user's C(aws_config).

        :raises RequestError: botocore does not take a setting, of C(aws_config) or another. :raises AnsibleActionFail:
            the client cannot be created.
        """
        own = botocore_config({**(self._aws_connection.aws_config or {}), **config})
        try:
            client = self.client(service, aws_config=own)
            _port_of(client.meta.endpoint_url)
        except (TypeError, AttributeError, ValueError) as error:
            # Of a value that botocore does not check.
            without_value = f"The client for {service} cannot be created {HIDDEN}."
            raise RequestError(f"The client for {service} cannot be created: {error}.", without_value) from error
        if self._aws_connection.debug_botocore_endpoint_logs:
            client.meta.events.register("before-call", self._note_call)
        return client

    def s3_addressing(self) -> dict[str, t.Any]:
        """Settings for an S3 client: a replacement for AWS has no DNS name for each bucket."""
        return {"s3": {"addressing_style": "path"}} if self._aws_connection.endpoint_url else {}

    def _note_call(self, model: OperationModel, **_event: t.Any) -> None:
        self._called.add(f"{model.service_model.signing_name}:{model.name}")

    def finished(self, result: Result) -> Result:
        """`result` as the task returns it: with the calls, if they were requested, and without secrets."""
        if self._aws_connection.debug_botocore_endpoint_logs:
            result = {**result, "resource_actions": sorted(self._called)}
        return self._masked(result)

    def _masked(self, result: Result) -> Result:
        """`result` without the values of options that must not be logged."""
        # remove_values takes a second for 10,000 nodes; the JSON of a value contains that of a secret in it.
        text = json.dumps(result, ensure_ascii=False, default=str)
        if not any(json.dumps(secret, ensure_ascii=False)[1:-1] in text for secret in self._secrets):
            return result
        return t.cast("Result", remove_values(result, self._secrets))


def _port_of(url: str) -> int | None:
    """The port of an endpoint.

    :raises ValueError: it is none, which botocore would find in the first call, and fail in its own code.
    """
    return urllib.parse.urlsplit(url).port


def botocore_config(settings: Mapping[str, t.Any]) -> Config:
    """Settings as botocore takes them.

    :raises RequestError: it does not know one, or not its value.
    """
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    unknown = [name for name in settings if name not in Config.OPTION_DEFAULTS]
    if unknown:
        raise RequestError(f"aws_config has {unknown[0]!r}: botocore has no such setting.")
    for name in _TEXT_SETTINGS & settings.keys():
        if settings[name] is not None and not isinstance(settings[name], str):
            raise RequestError.of_value(f"aws_config.{name} is", settings[name], "it must be a text.")
    try:
        return Config(**settings)
    except (BotoCoreError, TypeError, AttributeError) as error:
        # botocore checks some values, and fails with the others in its own code.
        without_value = f"aws_config has a value that is not allowed {HIDDEN}."
        raise RequestError(f"aws_config: {error}.", without_value) from error


def failure(error: AnsibleAWSError, *, secret: bool = False) -> Result:
    """A failed result with the keys that amazon.aws's modules return: C(msg), C(error), SDK versions.

    :param secret: the task has C(no_log): of AWS's answer only the code.
    """
    failed = {"failed": True, "msg": readable(error_text(error, secret=secret)), **gather_sdk_versions()}
    code = error_code(error)
    if secret:
        return {**failed, "error": {"code": code}} if code else failed
    return {**failed, **error_details(error)}
