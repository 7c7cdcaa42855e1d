# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An action takes the connection options of amazon.aws, makes clients of them, and lets no secret out."""

from __future__ import annotations

import json
import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils import aws_action
from botocore.exceptions import ClientError, NoCredentialsError
from moto import mock_aws

SPEC: dict[str, t.Any] = {
    "count": {"type": "int", "required": True},
    "word": {"type": "str", "choices": ["a", "b"], "default": "a"},
    "password": {"type": "str", "no_log": True},
}
KEYS = {"access_key": "AKIAEXAMPLE", "secret_key": "wJalrXUtnFEMI", "region": "eu-west-1"}


class Action(aws_action.AWSActionBase):
    """The least that an action is."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        return {}


def make_action() -> Action:
    nothing = t.cast("t.Any", None)
    return Action(nothing, nothing, nothing, nothing, nothing)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No AWS settings but those of the test."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def validated(**arguments: t.Any) -> dict[str, t.Any]:
    return make_action().validated_arguments(SPEC, arguments)


def test_arguments_are_coerced_and_filled_up() -> None:
    arguments = validated(count="3", aws_region="eu-west-1", validate_certs="no")
    assert (arguments["count"], arguments["word"], arguments["region"]) == (3, "a", "eu-west-1")
    assert arguments["validate_certs"] is False


def test_the_environment_of_the_controller_is_the_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FROM-ENVIRONMENT")
    assert validated(count=1)["region"] == "eu-north-1"
    assert validated(count=1)["access_key"] == "FROM-ENVIRONMENT"
    assert validated(count=1, region="eu-west-1")["region"] == "eu-west-1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "missing required arguments: count"),
        ({"count": "many"}, "argument 'count' is of type"),
        ({"count": 1, "word": "c"}, "value of word must be one of: a, b, got: c"),
        ({"count": 1, "wrod": "a"}, "Unsupported parameters: wrod. Supported parameters include: "),
    ],
)
def test_wrong_arguments_are_refused_by_name(arguments: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(AnsibleActionFail) as refusal:
        validated(**arguments)
    assert str(refusal.value).startswith(sentence)


def test_a_refusal_does_not_hold_a_secret() -> None:
    with pytest.raises(AnsibleActionFail) as refusal:
        validated(count="the word is hunter2", password="hunter2")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "own", "config"),
    [
        ({}, {"read_timeout": 4}, {"read_timeout": 4}),
        ({"read_timeout": 1, "connect_timeout": 9}, {"read_timeout": 4}, {"read_timeout": 4, "connect_timeout": 9}),
        (
            {"retries": {"max_attempts": 9}},
            {"retries": {"total_max_attempts": 1}},
            {"retries": {"total_max_attempts": 1}},
        ),
    ],
)
def test_the_settings_of_the_caller_win_over_the_user_s(
    given: dict[str, t.Any], own: dict[str, t.Any], config: dict[str, t.Any]
) -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, **KEYS, "aws_config": given})
    client = action.aws_client("ssm", **own)
    assert client.meta.region_name == "eu-west-1"
    for name, value in config.items():
        found = getattr(client.meta.config, name)
        assert found == value if not isinstance(value, dict) else value.items() <= found.items()


@pytest.mark.parametrize(
    ("given", "text", "without_value"),
    [
        (
            {"retires": {}, "read_timeout": 1},
            "aws_config has 'retires': botocore has no such setting.",
            "aws_config has 'retires': botocore has no such setting.",
        ),
        (
            {"s3": {"addressing_style": "hunter2"}},
            "aws_config: S3 addressing style hunter2 is invalid. Valid options are: 'auto', 'virtual', and 'path'.",
            "aws_config has a value that is not allowed (hidden by no_log).",
        ),
        (
            {"s3": "hunter2"},
            "aws_config: 'str' object has no attribute 'get'.",
            "aws_config has a value that is not allowed (hidden by no_log).",
        ),
        *(
            (
                {name: value},
                f"aws_config.{name} is {value!r}: it must be a text.",
                f"aws_config.{name} is (hidden by no_log): it must be a text.",
            )
            for name, value in (("user_agent", 5), ("user_agent_extra", [1]), ("signature_version", 5))
        ),
    ],
)
def test_settings_that_botocore_does_not_take_are_refused_by_name(
    given: dict[str, t.Any], text: str, without_value: str
) -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, **KEYS, "aws_config": given})
    with pytest.raises(RequestError) as refusal:
        action.aws_client("ssm", read_timeout=4)
    assert (str(refusal.value), refusal.value.without_value) == (text, without_value)


def test_a_client_goes_to_the_endpoint_given() -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, **KEYS, "endpoint_url": "http://127.0.0.1:1"})
    assert action.aws_client("ssm").meta.endpoint_url == "http://127.0.0.1:1"


def test_a_value_at_which_botocore_fails_is_a_refusal() -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, **KEYS, "endpoint_url": "http://127.0.0.1:99999"})
    with pytest.raises(RequestError, match=r"^The client for ssm cannot be created: Port out of range") as refusal:
        action.aws_client("ssm")
    assert refusal.value.without_value == "The client for ssm cannot be created (hidden by no_log)."


def test_a_client_that_cannot_be_made_is_a_refusal() -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, "profile": "nobody-has-this-profile", "region": "eu-west-1"})
    with pytest.raises(AnsibleActionFail, match="nobody-has-this-profile"):
        action.aws_client("ssm")


@pytest.mark.parametrize("wanted", [True, False])
def test_the_calls_made_are_told_when_asked_for(wanted: bool) -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, **KEYS, "debug_botocore_endpoint_logs": wanted})
    with mock_aws():
        client = action.aws_client("ssm")
        client.list_commands()
        client.list_commands()
        with pytest.raises(ClientError, match="InvalidDocument"):
            client.describe_document(Name="Nothing")
    told = {"resource_actions": ["ssm:DescribeDocument", "ssm:ListCommands"]} if wanted else {}
    assert action.finished({"changed": False}) == {"changed": False, **told}


SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), min_size=4, max_size=20)


@hypothesis.given(SECRETS, st.text(max_size=20), st.text(max_size=20))
def test_no_result_holds_a_secret(secret: str, before: str, after: str) -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, "password": secret})
    text = f"{before}{secret}{after}"
    masked = action.finished({"msg": text, "deep": [{"texts": [text]}], "number": 7})
    assert secret not in masked["msg"].replace("*", "") or secret.strip("*") == ""
    assert masked["deep"][0]["texts"][0] == masked["msg"]
    assert masked["number"] == 7


def test_a_result_without_a_secret_is_left_as_it_is() -> None:
    action = make_action()
    action.validated_arguments(SPEC, {"count": 1, "password": "hunter2"})
    result = {"msg": "fine", "invocations": {"i-1": {"stdout": "ok"}}}
    assert action.finished(result) is result


def test_a_failure_has_the_keys_of_amazon_aws() -> None:
    answer: t.Any = {
        "Error": {"Code": "AccessDeniedException", "Message": "no"},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "r"},
    }
    cause = ClientError(answer, "SendCommand")
    failed = aws_action.failure(AnsibleAWSError(message="Failed to send", exception=cause))
    assert failed["failed"]
    assert failed["msg"].startswith("Failed to send: ")
    assert failed["error"] == {"code": "AccessDeniedException", "message": "no"}
    assert failed["response_metadata"]["request_id"] == "r"
    assert {"boto3_version", "botocore_version"} <= set(failed)
    json.dumps(failed)


def test_a_failure_without_an_answer_has_its_sentence() -> None:
    failed = aws_action.failure(AnsibleAWSError(message="Failed to send", exception=NoCredentialsError()))
    assert (failed["failed"], "error" in failed) == (True, False)
    assert "Unable to locate credentials" in failed["msg"]


def test_the_text_of_an_answer_cannot_control_the_terminal() -> None:
    answer: t.Any = {"Error": {"Code": "Any", "Message": "no\x1b[2K\rok: [localhost]"}}
    failed = aws_action.failure(AnsibleAWSError(message="Failed to send", exception=ClientError(answer, "SendCommand")))
    assert failed["msg"].endswith("no[U+001B][2K[U+000D]ok: [localhost]")
