# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts of a step are what its script wrote, without what the agent adds: for every recorded reply of an agent."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import agent_texts, output
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader

from tests.unit.extensions.sandbox.run_command.truth import records

Json = dict[str, t.Any]
# Without those of which only some lines are recorded.
CASES = {case["name"]: case for case in records.read("node-truth.jsonl") if "has_lines" not in str(case["plugins"])}
# What the agent of the records adds; no recorded script writes these words itself.
AGENT_WORDS = re.compile(
    r"failed to run commands: exit status \d+(\n(?=failed))?"
    r"|\nStep exited with code 16[89]\. Therefore, marking step as (succeeded|Failed)\. Further document steps will be "
    r"skipped\.|\nStep was found to have onFailure property\. Further document steps will be skipped\."
    r"|--output truncated--"
)
REASON = re.compile(r"Precondition is not supported|Unrecognized precondition|is not supported by this version")
NODE, COMMAND_ID = "i-0123456789abcdef0", "11111111-2222-4333-8444-555555555555"


def recorded_text(recorded: t.Any) -> str:
    """A recorded text as the agent sent it; of one that is recorded by its digest, the beginning and the end."""
    if isinstance(recorded, str):
        return recorded
    if isinstance(recorded, list):
        return "".join(map(recorded_text, recorded))
    if "repeat" in recorded:
        return str(recorded["repeat"] * recorded["times"] + recorded.get("suffix", ""))
    middle = "." * (recorded["bytes"] - len(recorded["starts"]) - len(recorded["ends"]))
    return str(recorded["starts"] + middle + recorded["ends"])


def script_wrote(recorded: t.Any, limit: int) -> str:
    """The same without the agent's words, of its first characters."""
    return AGENT_WORDS.sub("", recorded_text(recorded)[:limit])


class Recorded:
    """What AWS answers about a recorded case, as the part of a Tracker that a reader of outputs uses."""

    def __init__(self, case: Json) -> None:
        self.plugins = {plugin["name"]: plugin for plugin in case["plugins"]}
        self.listed = {
            "InstanceId": NODE,
            "CommandId": COMMAND_ID,
            "Status": case["document_status"],
            "StatusDetails": case["status_details"],
            "CommandPlugins": [
                {
                    "Name": plugin["name"],
                    "Status": plugin["status"],
                    "StatusDetails": plugin["status_details"],
                    "ResponseCode": plugin["code"],
                    "Output": recorded_text(plugin["output"]),
                }
                for plugin in case["plugins"]
            ],
        }

    def ended_step(self, _command_id: str, _instance_id: str, name: str | None, _lag: object = None) -> Json:
        plugin = self.plugins[name] if name else next(iter(self.plugins.values()))
        return {
            "Status": plugin["status"],
            "StandardOutputContent": recorded_text(plugin["stdout"])[: agent_texts.STDOUT_LIMIT],
            "StandardErrorContent": recorded_text(plugin["stderr"])[: agent_texts.STDERR_LIMIT],
        }


def read(case: Json) -> output.Invocation:
    recorded = Recorded(case)
    warnings: list[str] = []
    (found,) = OutputReader(t.cast("t.Any", recorded), None, warnings.append).read([t.cast("t.Any", recorded.listed)])
    assert warnings == []
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_case_has_the_texts_of_its_scripts(name: str) -> None:
    case = CASES[name]
    for step, plugin in zip(read(case).steps, case["plugins"], strict=True):
        reason = plugin["output"] if isinstance(plugin["output"], str) and REASON.search(plugin["output"]) else ""
        assert step.text.stdout == script_wrote(plugin["stdout"], agent_texts.STDOUT_LIMIT)
        assert step.text.stderr == (reason or script_wrote(plugin["stderr"], agent_texts.STDERR_LIMIT))
        assert step.skipped is (plugin.get("agent_status") == "Skipped")
        assert step.rc == plugin["code"]


FAILURE = "failed to run commands: exit status 3"
ON_FAILURE = "\nStep was found to have onFailure property. Further document steps will be skipped."
EXIT_168, EXIT_169 = (
    f"\nStep exited with code {code}. Therefore, marking step as {word}. Further document steps will be skipped."
    for code, word in ((168, "succeeded"), (169, "Failed"))
)


def ending(rc: int, status: str = "", name: str = "aws:runShellScript") -> agent_texts.Ending:
    return agent_texts.Ending(name, status or ("Success" if rc in {0, 168} else "Failed"), rc)


@pytest.mark.parametrize("read_as", [agent_texts.limited_streams, agent_texts.whole_streams])
@pytest.mark.parametrize(
    ("stdout", "stderr", "end"),
    [
        ("--output truncated--", FAILURE, ending(0)),
        (f"x{EXIT_168}", f"x{EXIT_169}", ending(0)),
        (f"x{EXIT_168}", FAILURE, ending(4)),
        ("", f"{FAILURE}4", ending(3)),
        ("", f"{FAILURE}\nmore\n{FAILURE}\nand more", ending(3)),
        ("", "failed to run commands: fork/exec /usr/bin/pwsh: no such file or directory", ending(1)),
        ("", FAILURE, ending(137, "TimedOut")),
        (f"x{ON_FAILURE}", "no\n", ending(3)),
        ("\ufffd" * 8_100 + "--output truncated--"[1:], "", ending(0)),
    ],
)
def test_the_same_words_of_a_script_are_kept(
    read_as: t.Callable[..., agent_texts.Streams], stdout: str, stderr: str, end: agent_texts.Ending
) -> None:
    assert read_as(stdout, stderr, end) == (stdout, stderr)


@pytest.mark.parametrize("read_as", [agent_texts.limited_streams, agent_texts.whole_streams])
@pytest.mark.parametrize(
    ("stdout", "stderr", "end", "wrote"),
    [
        ("", f"{FAILURE}\n{FAILURE}", ending(3), ("", f"{FAILURE}\n")),
        ("", "failed to run commands: exit status 0xc000013a", ending(-1073741510), ("", "")),
        ("", f"a\n{FAILURE}\nb\n", ending(3), ("", "a\nb\n")),
        (f"x{ON_FAILURE}", f"y{FAILURE}{ON_FAILURE}", ending(3), ("x", "y")),
        (f"x{ON_FAILURE}", f"y{FAILURE}{ON_FAILURE}", ending(168), ("x", "y")),
        (f"x{EXIT_168}{EXIT_168}", "", ending(168), (f"x{EXIT_168}", "")),
        (
            f"x{EXIT_169}",
            f"yfailed to run commands: exit status 169{EXIT_169}",
            ending(169),
            ("x", "y"),
        ),
    ],
)
def test_the_agents_words_are_taken_off_once(
    read_as: t.Callable[..., agent_texts.Streams],
    stdout: str,
    stderr: str,
    end: agent_texts.Ending,
    wrote: tuple[str, str],
) -> None:
    assert read_as(stdout, stderr, end) == wrote


@pytest.mark.parametrize("wrote", range(7_950, 8_001))
def test_words_that_aws_cut_in_the_middle_are_taken_off(wrote: int) -> None:
    text = output.limited_text("", ("e" * wrote + "." + FAILURE)[:8_000], ending(3))
    assert text.stderr == ("e" * wrote + ".")[:8_000]
    text = output.limited_text(("o" * wrote * 3 + "." + EXIT_168)[:24_000], "", ending(168))
    assert text.stdout == ("o" * wrote * 3 + ".")[:24_000]


def test_a_mark_on_a_stderr_of_long_characters_is_taken_off() -> None:
    for character, kept in (("\U0001f600", 5_995), ("\u4e16", 7_993)):
        stderr = (character * kept + "--output truncated--" + FAILURE)[:8_000]
        text = output.limited_text("", stderr, ending(3))
        assert (text.stderr, text.truncated) == (character * kept, True)


@pytest.mark.parametrize(
    ("limited", "whole", "end"),
    [
        (("x" * 23_980 + "--output truncated--", ""), ("x" * 23_990, ""), ending(0)),
        (("", "e" * 7_990 + FAILURE[:10]), ("", f"{'e' * 7_990}{FAILURE}"), ending(3)),
        (("", "e" * 7_990 + FAILURE[:10]), ("", f"{'e' * 7_990}{FAILURE}\n"), ending(3)),
    ],
    ids=["stdout", "stderr in a bucket", "stderr in a log group"],
)
def test_a_text_that_is_longer_without_the_agents_words_is_the_whole(
    limited: tuple[str, str], whole: tuple[str, str], end: agent_texts.Ending
) -> None:
    text = output.whole_text(output.Text(*whole), end)
    assert output.longer_text(output.limited_text(*limited, end), text) is text
    assert len(text.stdout + text.stderr) in {23_990, 7_990}


def test_a_script_that_echoes_why_a_step_is_skipped_is_none() -> None:
    words = "Plugin with name aws:runShellScript and id two skipped due to prior step with an exit condition"
    assert agent_texts.is_skipped(words, ending(0, name="two"))
    for text, end in ((f"{words}\n", ending(0, name="two")), (words, ending(0)), (words, ending(3, name="two"))):
        assert not agent_texts.is_skipped(text, end)


def test_a_step_that_the_agent_did_not_know_says_why_on_stderr() -> None:
    words = "Plugin with name aws:nope is not supported by this version of ssm agent. Step name: one"
    assert agent_texts.is_refused(words, ending(1, name="one"))
    assert not agent_texts.is_refused(f"x\n----------ERROR-------\n{words}", ending(1, name="one"))
    assert not agent_texts.is_refused(words, ending(0, name="one"))
