# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every node's exact texts come back, asked for only where the listing cannot give them."""

from __future__ import annotations

import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import IncompleteAnswerError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import agent_texts, output
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import MAX_WAITING, OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track import LONGEST_PAUSE, VISIBILITY_DELAY
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.whole_output_calls import OutputNotFoundError
from botocore import exceptions

from .conftest import tracker_of
from .fake_ssm import TO_ALL, Clock, FakeSSM, Node, client_error

WholeText = t.Callable[[output.Invocation, int], output.Text]
LONG = "x" * 30_000


class Fleet:
    """Nodes that have answered one command."""

    def __init__(self, *nodes: Node) -> None:
        self.clock = Clock()
        self.ids = [f"i-{number:017x}" for number in range(len(nodes))]
        self.ssm = FakeSSM(self.clock, dict(zip(self.ids, nodes, strict=True)))
        self.command_id = self.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
        self.clock.now = 1_000.0
        self.warnings: list[str] = []

    def read(self, whole: WholeText | None = None) -> list[output.Invocation]:
        tracker = tracker_of(self.ssm, self.clock.deadline(None))
        self.ssm.calls.clear()
        reader = OutputReader(tracker, whole, self.warnings.append)
        found = list(reader.read(tracker.invocations(self.command_id)))
        reader.warn_of_gaps()
        reader.warn_of_gaps()
        return found


TEXTS = st.text(st.characters(codec="utf-8"), max_size=300).map(lambda text: text * 9)
SEPARATORS = st.sampled_from(["", "a\n----------ERROR-------\nb", "\n----------ERROR-------\n", "--ERROR--"])


@hypothesis.given(st.lists(st.tuples(TEXTS | SEPARATORS, TEXTS | SEPARATORS), min_size=1, max_size=4))
def test_both_streams_come_exactly_as_they_were_written(texts: list[tuple[str, str]]) -> None:
    fleet = Fleet(*(Node(stdout=stdout, stderr=stderr) for stdout, stderr in texts))
    found = fleet.read()
    assert [(one.steps[0].text.stdout, one.steps[0].text.stderr) for one in found] == texts
    assert [one.instance_id for one in found] == fleet.ids
    for one, (stdout, stderr) in zip(found, texts, strict=True):
        fills = len(stdout.encode()) >= agent_texts.STDOUT_LIMIT or len(stderr.encode()) >= agent_texts.STDERR_LIMIT
        assert one.truncated is fills


def test_short_outputs_on_one_stream_cost_no_call() -> None:
    fleet = Fleet(*[Node(stdout="ok\n")] * 120)
    assert len(fleet.read()) == 120
    assert fleet.ssm.calls == {"ListCommandInvocations": 3}


def test_order_holds_over_more_than_what_waits() -> None:
    nodes = [Node(stderr="oh\n") if number % 3 else Node() for number in range(MAX_WAITING * 4 + 3)]
    fleet = Fleet(*nodes)
    assert [found.instance_id for found in fleet.read()] == fleet.ids
    assert fleet.ssm.calls["GetCommandInvocation"] == sum(1 for node in nodes if node.stderr)


def test_what_is_cut_is_taken_whole_from_elsewhere() -> None:
    fleet = Fleet(Node(stdout=LONG), Node(stdout="short\n", stderr="e\n"))
    asked: list[tuple[str, int]] = []

    def whole(found: output.Invocation, position: int) -> output.Text:
        asked.append((found.instance_id, position))
        return output.Text(LONG, "")

    first, second = fleet.read(whole)
    assert asked == [(fleet.ids[0], 0)]
    assert (first.steps[0].text.stdout, first.truncated) == (LONG, False)
    assert (second.steps[0].text.stderr, second.truncated) == ("e\n", False)


@pytest.mark.parametrize("elsewhere", [output.Text("x" * 10, ""), output.Text("", "e")])
def test_what_is_not_there_yet_does_not_pass_for_whole(elsewhere: output.Text) -> None:
    fleet = Fleet(Node(stdout=LONG))
    (found,) = fleet.read(lambda _found, _position: elsewhere)
    assert found.steps[0].text.stdout == "x" * agent_texts.STDOUT_LIMIT
    assert found.truncated
    assert fleet.warnings == [
        f"The output of {fleet.ids[0]} is incomplete: the place that the node writes it to has less than AWS returns."
    ]


def test_what_is_longer_than_what_is_read_is_said_to_be_cut() -> None:
    fleet = Fleet(Node(stdout=LONG))
    (found,) = fleet.read(lambda _found, _position: output.Text(LONG, "", truncated=True))
    assert (found.steps[0].text.stdout, found.truncated) == (LONG, True)
    assert "longer than what full_output reads" in fleet.warnings[0]


def test_one_warning_names_the_nodes_whose_output_is_nowhere() -> None:
    def find(_found: output.Invocation, _position: int) -> output.Text:
        raise OutputNotFoundError("the bucket has nothing")

    fleet = Fleet(*[Node(stdout=LONG)] * 13)
    assert all(found.truncated for found in fleet.read(find))
    (warning,) = fleet.warnings
    assert warning == (f"The output of {', '.join(fleet.ids[:10])} and 3 more is incomplete: the bucket has nothing.")


class Listed:
    """One node whose listing has these steps; botocore refuses to ask for a step of so short a name."""

    def __init__(self, *plugins: dict[str, t.Any]) -> None:
        steps = [{"Status": "Success", "StatusDetails": "Success", "ResponseCode": 0, **plugin} for plugin in plugins]
        ids = {"InstanceId": "i-0123456789abcdef0", "CommandId": "11111111-2222-4333-8444-555555555555"}
        self.listed: t.Any = {**ids, "Status": "Success", "CommandPlugins": steps}
        self.warnings: list[str] = []

    def texts(self, whole: WholeText | None = None) -> list[output.Text]:
        reader = OutputReader(t.cast("t.Any", None), whole, self.warnings.append)
        (found,) = reader.read([self.listed])
        reader.warn_of_gaps()
        return [step.text for step in found.steps]


def test_a_step_of_a_short_name_is_read_from_the_listing() -> None:
    fleet = Listed(
        {"Name": "one", "Output": "a\n\n----------ERROR-------\nb\n"},
        {
            "Name": "2",
            "Status": "Failed",
            "ResponseCode": 3,
            "Output": "c\n----------ERROR-------\ndfailed to run commands: exit status 3",
        },
    )
    assert fleet.texts() == [output.Text("a\n", "b\n"), output.Text("c", "d")]
    assert fleet.warnings == []


LONG_LISTED = "x" * 2_477 + "\n---Output truncated---"


def test_a_long_output_of_a_step_of_a_short_name_is_cut_and_said_so() -> None:
    fleet = Listed({"Name": "one", "Output": LONG_LISTED}, {"Name": "2", "Output": ""})
    assert fleet.texts() == [output.Text("x" * 2_477, "", truncated=True), output.Text("", "")]
    assert fleet.warnings == [
        "The output of i-0123456789abcdef0 is incomplete: AWS returns only 2,500 characters of the step one, because "
        "its name has fewer than 4 characters; full_output reads the others."
    ]


def test_a_long_output_of_a_step_of_a_short_name_is_taken_from_elsewhere() -> None:
    fleet = Listed({"Name": "one", "Output": LONG_LISTED}, {"Name": "2", "Output": ""})
    assert fleet.texts(lambda _found, _position: output.Text(LONG, ""))[0] == output.Text(LONG, "")
    assert fleet.warnings == []


def test_a_place_that_cannot_be_read_costs_a_warning_and_no_result() -> None:
    def refuse(_found: output.Invocation, _position: int) -> output.Text:
        raise IncompleteAnswerError("Failed to read the output from the bucket", client_error("AccessDenied"))

    fleet = Fleet(Node(stdout=LONG), Node())
    first, second = fleet.read(refuse)
    assert (first.truncated, second.truncated) == (True, False)
    (warning,) = fleet.warnings
    assert warning.startswith(f"The output of {fleet.ids[0]} is incomplete: Failed to read the output from the bucket")


def test_an_output_that_may_not_be_read_is_what_the_listing_has() -> None:
    fleet = Fleet(Node(stdout="out", stderr="err\n"))
    fleet.ssm.before["GetCommandInvocation"] = [client_error("AccessDeniedException", "GetCommandInvocation")]
    (found,) = fleet.read()
    assert (found.steps[0].text.stdout, found.steps[0].text.stderr, found.truncated) == ("out", "err\n", True)
    assert "AccessDeniedException" in fleet.warnings[0]


@pytest.mark.parametrize(
    "error",
    [
        client_error("InvocationDoesNotExist", "GetCommandInvocation"),
        client_error("InternalServerError", "GetCommandInvocation", 500),
        exceptions.ReadTimeoutError(endpoint_url="x"),
    ],
    ids=["does not exist yet", "500", "late"],
)
def test_an_answer_that_lags_behind_is_asked_for_again(error: Exception) -> None:
    fleet = Fleet(Node(stdout="out", stderr="err\n"))
    fleet.ssm.before["GetCommandInvocation"] = [error, error]
    (found,) = fleet.read()
    assert (found.steps[0].text.stderr, found.truncated, fleet.warnings) == ("err\n", False, [])


def old_answers(fleet: Fleet, number: int) -> None:
    """Let so many answers of GetCommandInvocation be those of a node that still runs."""
    real = fleet.ssm.get_command_invocation
    old = [{"Status": "InProgress", "StandardOutputContent": "o"} for _number in range(number)]
    t.cast("t.Any", fleet.ssm).get_command_invocation = lambda **request: old.pop() if old else real(**request)


def test_an_answer_from_before_the_end_is_asked_for_again() -> None:
    fleet = Fleet(Node(stdout="out", stderr="err\n"))
    old_answers(fleet, 3)
    (found,) = fleet.read()
    assert (found.steps[0].text, found.truncated) == (output.Text("out", "err\n"), False)


def test_an_answer_that_stays_old_is_said_to_be_incomplete() -> None:
    fleet = Fleet(Node(stdout="out", stderr="err\n"))
    old_answers(fleet, 10_000)
    (found,) = fleet.read()
    assert (found.steps[0].text.stdout, found.truncated) == ("o", True)
    assert fleet.clock.now <= 1_000.0 + VISIBILITY_DELAY + LONGEST_PAUSE


def test_a_stopped_task_does_not_wait_for_an_old_answer() -> None:
    fleet = Fleet(Node(stdout="out", stderr="err\n"))
    old_answers(fleet, 10_000)
    tracker = tracker_of(fleet.ssm, fleet.clock.deadline(None))
    tracker.stop_waiting()
    before = fleet.clock.now
    answer = tracker.ended_step(fleet.command_id, next(iter(fleet.ssm.nodes)), None)
    assert answer["Status"] == "InProgress"
    assert fleet.clock.now == before


def test_a_listing_that_breaks_off_is_an_error() -> None:
    fleet = Fleet(*[Node()] * 60)
    fleet.ssm.before["ListCommandInvocations"] = [None, client_error("ExpiredTokenException", "ListInvocations")]
    tracker = tracker_of(fleet.ssm, fleet.clock.deadline(None))
    read = OutputReader(tracker, None, fleet.warnings.append).read(tracker.invocations(fleet.command_id))
    known = [next(read).instance_id for _number in range(50)]
    assert known == fleet.ids[:50]
    with pytest.raises(AnsibleAWSError, match="ExpiredTokenException"):
        next(read)
