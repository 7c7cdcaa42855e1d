# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call is retried when throttled, and every other failure becomes one sentence with botocore's error behind it."""

from __future__ import annotations

import re
import time
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import calls
from botocore import exceptions, parsers
from botocore.retries.standard import ThrottledRetryableChecker
from local_aws.wire.validation import service_model

from ..commands.fake_ssm import client_error

if t.TYPE_CHECKING:
    from collections.abc import Callable

    Decorated = Callable[[], object]
    Decorate = Callable[[Callable[[], object]], Decorated]

KINDS: dict[str, Decorate] = {
    "call": calls.aws_call("read the thing"),
    "lookup": calls.aws_lookup("read the thing", missing=["NoSuchThing"]),
    "deletion": calls.aws_deletion("read the thing", missing=["NoSuchThing"]),
}
CONFLICTS = [
    ("iam", "ConcurrentModification"),
    ("events", "ConcurrentModificationException"),
    ("logs", "OperationAbortedException"),
]
CUT = parsers.ResponseParserError("no JSON")


class Script:
    """A function that raises what it is given, call by call, and answers when there is nothing left."""

    def __init__(self, *errors: Exception, answer: object = "answer") -> None:
        self.errors = list(errors)
        self.answer = answer
        self.calls = 0

    def __call__(self) -> object:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.answer


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was slept instead of sleeping."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


@pytest.fixture(params=sorted(KINDS), name="decorate")
def fixture_decorate(request: pytest.FixtureRequest) -> Decorate:
    """Each kind of decorator."""
    return KINDS[request.param]


@pytest.mark.parametrize("code", calls.THROTTLING_ERROR_CODES)
def test_a_throttle_is_tried_again(code: str, sleeps: list[float]) -> None:
    script = Script(client_error(code), client_error(code))
    assert KINDS["call"](script)() == "answer"
    assert (script.calls, len(sleeps)) == (3, 2)


def test_throttles_are_those_of_botocore() -> None:
    """LimitExceededException is what Logs, Events and IAM say of a quota, which does not pass by itself."""
    botocore_s = set(t.cast("t.Any", ThrottledRetryableChecker)._THROTTLED_ERROR_CODES)
    ours = set(calls.THROTTLING_ERROR_CODES)
    assert len(ours) == len(calls.THROTTLING_ERROR_CODES)
    assert botocore_s - ours == {"LimitExceededException"}
    assert ours - botocore_s == {code for _service, code in CONFLICTS}


@pytest.mark.parametrize(("service", "code"), CONFLICTS)
def test_what_passes_besides_throttles_are_errors_of_the_services(service: str, code: str) -> None:
    """Two changes at the same time: the model of the service has the code, and says so of it."""
    shapes = service_model(service).error_shapes
    (shape,) = [shape for shape in shapes if shape.metadata.get("error", {}).get("code", shape.name) == code]
    assert re.search(r"multiple (concurrent )?requests|simultaneous|concurrent", shape.documentation)


def test_every_kind_tries_throttles_again(decorate: Decorate, sleeps: list[float]) -> None:
    script = Script(client_error("ThrottlingException"))
    assert decorate(script)()
    assert (script.calls, len(sleeps)) == (2, 1)


def test_a_throttle_that_stays_is_told_at_last(decorate: Decorate, sleeps: list[float]) -> None:
    script = Script(*[client_error("ThrottlingException")] * 50)
    with pytest.raises(AnsibleAWSError, match=r"^Failed to read the thing: .*ThrottlingException"):
        decorate(script)()
    assert 5 <= script.calls <= 12
    assert max(sleeps) <= 20


@pytest.mark.parametrize(
    "error",
    [
        client_error("AccessDeniedException"),
        client_error("InternalServerError", status=500),
        exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1"),
        exceptions.NoCredentialsError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_another_error_is_told_at_once_with_its_cause(decorate: Decorate, error: Exception) -> None:
    script = Script(error)
    with pytest.raises(AnsibleAWSError, match=r"^Failed to read the thing") as caught:
        decorate(script)()
    assert caught.value.exception is error
    assert script.calls == 1


def test_a_waiter_says_that_it_waited(decorate: Decorate) -> None:
    error = exceptions.WaiterError(name="w", reason="Max attempts exceeded", last_response={})
    with pytest.raises(AnsibleAWSError, match=r"^Timeout trying to read the thing"):
        decorate(Script(error))()


def test_an_answer_that_cannot_be_parsed_is_incomplete(decorate: Decorate) -> None:
    with pytest.raises(calls.IncompleteAnswerError, match=r"^Failed to read the thing") as caught:
        decorate(Script(CUT))()
    assert caught.value.exception is CUT


def test_a_mistake_of_the_programmer_is_not_hidden(decorate: Decorate) -> None:
    with pytest.raises(ZeroDivisionError):
        decorate(Script(ZeroDivisionError()))()


@pytest.mark.parametrize(("kind", "answer"), [("lookup", None), ("deletion", False)])
def test_what_is_missing_is_no_error(kind: str, answer: object) -> None:
    assert KINDS[kind](Script(client_error("NoSuchThing")))() is answer


def test_a_call_knows_nothing_missing() -> None:
    with pytest.raises(AnsibleAWSError):
        KINDS["call"](Script(client_error("NoSuchThing")))()


@pytest.mark.parametrize("answer", [None, {}, "deleted"])
def test_a_deletion_that_was_answered_deleted(answer: object) -> None:
    assert KINDS["deletion"](Script(answer=answer))() is True


def test_a_decorated_function_keeps_its_name(decorate: Decorate) -> None:
    def read_thing() -> str:
        """Its docstring."""
        return ""

    decorated = decorate(read_thing)
    assert (getattr(decorated, "__name__", ""), decorated.__doc__) == ("read_thing", "Its docstring.")


def test_a_promised_field_that_is_not_there_is_an_incomplete_answer() -> None:
    assert calls.answer_field({"Commands": []}, "Commands") == []
    with pytest.raises(calls.IncompleteAnswerError, match="it lacks Commands"):
        calls.answer_field({"ResponseMetadata": {}}, "Commands")


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (client_error("AccessDeniedException"), "AccessDeniedException"),
        (exceptions.NoCredentialsError(), ""),
        (None, ""),
    ],
)
def test_the_code_behind_an_error(cause: Exception | None, code: str) -> None:
    assert calls.error_code(calls.IncompleteAnswerError("Failed", cause)) == code


def test_chunks_are_of_at_most_the_size() -> None:
    assert [list(part) for part in calls.chunks([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]
    assert list(calls.chunks([], 2)) == []
