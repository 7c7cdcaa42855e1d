# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One host of a run sends a request: what makes two requests the same, and under which strategies this holds."""

from __future__ import annotations

import collections
import json
import pathlib
import typing as t

import pytest
from ansible import constants

from ..module_utils.commands.fake_ssm import client_error
from .played import CREDENTIALS, Json, Played, playing
from .served_ssm import Served, serving

if t.TYPE_CHECKING:
    import contextlib

    from .conftest import Scene

UPTIME: t.Final = {"commands": ["uptime"], "target_tags": {"Role": "web"}}
HOSTS = ("web-1", "web-2", "web-3")
REFUSED: t.Final = '"msg": "This task sends the same request for each of 3 hosts of the play (web-1, web-2, web-3)'


@pytest.fixture
def claims(scene: Scene) -> pathlib.Path:
    """The temporary directory of a run."""
    return scene.run_directory


def send(scene: Scene, host: str, arguments: Json, **keywords: t.Any) -> Json:
    """The result of one task of a run on a host."""
    return scene.run(arguments, {"inventory_hostname": host}, _uuid="of-the-task", **keywords)


def test_the_second_host_sends_nothing_and_names_the_first(scene: Scene, claims: pathlib.Path) -> None:
    assert not send(scene, "web-1", UPTIME)["failed"]
    refused = send(scene, "web-2", UPTIME)
    assert (refused["failed"], refused["changed"]) == (True, False)
    assert refused["msg"].startswith("The host web-1 sends this request in this run: if web-2 sent it too, every node")
    assert "run_once: true" in refused["msg"]
    assert scene.ssm.calls["SendCommand"] == 1
    assert len(list(claims.glob("send_command-*"))) == 1


# What makes a request another one, and what does not: (arguments, how many are sent)
SECOND: list[tuple[Json, Json, int]] = [
    ({"comment": "for web-2"}, {}, 1),
    ({"timeout_seconds": 90, "max_concurrency": "1"}, {}, 1),
    ({"wait": False}, {}, 1),
    ({"commands": ["uptime web-2"]}, {}, 2),
    ({"document_version": "$LATEST"}, {}, 2),
    ({"target_tags": {"Role": "web", "Name": "web-2"}}, {}, 2),
    ({"target_tags": None, "instance_ids": ["i-00000000000000001"]}, {}, 2),
    ({"access_key": "AKIAOTHER", "secret_key": "x"}, {}, 2),
    ({"profile": "of-web-2"}, {}, 2),
    ({}, {"environment": [{"AWS_PROFILE": "of-web-2"}]}, 2),
    ({}, {"environment": [{"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web-2"}]}, 2),
    ({}, {"environment": [{"AWS_CONFIG_FILE": "/of/web-2"}]}, 2),
    ({}, {"environment": [{"HOME": "/home/of-web-2"}]}, 2),
    ({}, {"environment": [{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/web-2"}]}, 2),
    ({}, {"environment": [{"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:2"}]}, 2),
    ({}, {"environment": [{"AWS_ROLE_SESSION_NAME": "web-2"}]}, 1),
    ({}, {"environment": [{"AWS_EXECUTION_ENV": "awx-web-2", "AWS_SDK_UA_APP_ID": "web-2"}]}, 1),
    ({}, {"environment": [{"AWS_MAX_ATTEMPTS": "7"}]}, 1),
    ({}, {"environment": [{"HTTPS_PROXY": "http://127.0.0.1:1"}]}, 1),
    ({"send_per_host": True}, {}, 2),
    ({"send_per_host": False}, {}, 1),
]


@pytest.mark.parametrize(("arguments", "keywords", "sent"), SECOND)
def test_what_is_the_same_request(
    scene: Scene, claims: pathlib.Path, arguments: Json, keywords: Json, sent: int
) -> None:
    send(scene, "web-1", UPTIME)
    second = send(scene, "web-2", {**UPTIME, **arguments}, **keywords)
    assert scene.ssm.calls["SendCommand"] == sent
    assert ("sends this request in this run" in second["msg"]) is (sent == 1)


@pytest.mark.parametrize(
    "place",
    [
        {"region_name": "eu-north-1", "endpoint_url": "https://ssm.eu-north-1.amazonaws.com"},
        {"endpoint_url": "http://127.0.0.1:1"},
    ],
)
def test_another_place_is_another_request(scene: Scene, claims: pathlib.Path, place: dict[str, str]) -> None:
    send(scene, "web-1", UPTIME)
    vars(scene.meta).update(place)
    assert not send(scene, "web-2", UPTIME)["failed"]


def test_the_same_host_sends_again(scene: Scene, claims: pathlib.Path) -> None:
    for _time in range(3):
        assert not send(scene, "web-1", UPTIME)["failed"]
    assert scene.ssm.calls["SendCommand"] == 3


def test_the_order_of_ids_and_tags_does_not_matter(scene: Scene, claims: pathlib.Path) -> None:
    send(scene, "web-1", {"commands": ["uptime"], "instance_ids": scene.ids})
    assert send(scene, "web-2", {"commands": ["uptime"], "instance_ids": scene.ids[::-1]})["failed"]
    for host, failed in (("web-1", False), ("web-2", True)):
        tags = {"Role": ["web", "db"], "Team": "a"} if failed else {"Team": "a", "Role": ["db", "web"]}
        sent = send(scene, host, {"commands": ["uptime"], "target_tags": tags, "fail_on": "never"})
        assert sent["failed"] is failed


def test_another_task_is_another_request(scene: Scene, claims: pathlib.Path) -> None:
    send(scene, "web-1", UPTIME)
    assert not scene.run(UPTIME, {"inventory_hostname": "web-2"}, _uuid="of-another-task")["failed"]


def test_check_mode_refuses_the_second_host_and_not_what_is_sent_later(scene: Scene, claims: pathlib.Path) -> None:
    for _time in range(2):
        assert not send(scene, "web-1", UPTIME, check_mode=True).get("failed")
    refused = send(scene, "web-2", UPTIME, check_mode=True)
    assert (refused["failed"], refused["changed"]) == (True, False)
    assert refused["msg"].startswith("The host web-1 sends this request in this run")
    assert not send(scene, "web-2", UPTIME)["failed"]


def test_attaching_claims_nothing(scene: Scene, claims: pathlib.Path) -> None:
    sent = send(scene, "web-2", UPTIME)
    for host in HOSTS:
        assert not send(scene, host, {"command_ids": sent["command_ids"]})["failed"]


def test_a_refused_request_claims_nothing(scene: Scene, claims: pathlib.Path) -> None:
    assert send(scene, "web-1", {**UPTIME, "parameters": {"no": "such"}})["failed"]
    assert list(claims.iterdir()) == []


REJECTED: t.Final = client_error("AccessDeniedException")
LOST: t.Final = client_error("InternalServerError", status=500)


@pytest.mark.parametrize(
    ("error", "options", "sent"),
    [(REJECTED, {}, 2), (REJECTED, {"client_token": "deploy-7"}, 2), (LOST, {"lost_response_timeout": 5}, 1)],
)
def test_a_host_whose_request_was_refused_leaves_it_to_others(
    scene: Scene, claims: pathlib.Path, error: Exception, options: Json, sent: int
) -> None:
    scene.ssm.before["SendCommand"] = [error]
    assert send(scene, "web-1", {**UPTIME, **options})["failed"]
    second = send(scene, "web-2", {**UPTIME, **options})
    assert scene.ssm.calls["SendCommand"] == sent
    assert ("sends this request in this run" in second["msg"]) is (sent == 1)


def test_a_claim_that_cannot_be_written_is_an_error(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "missing"))
    result = send(scene, "web-1", UPTIME)
    assert result["failed"]
    assert "send_per_host" in result["msg"]
    assert not scene.ssm.commands


def tell(number: int | str, **more: t.Any) -> Json:
    """A task that tells its number to all nodes."""
    arguments = {"commands": [str(number)], "target_tags": {"Role": "web"}, "wait": False, **more}
    return {"ssmops.run_command.send_command": arguments, "ignore_errors": True}


def play_at(served: Served, folder: pathlib.Path, play: Json) -> contextlib.AbstractContextManager[Played]:
    """A play on all hosts against a served account."""
    whole = {"hosts": "all", "connection": "local", **play}
    return playing(folder, [whole], {**CREDENTIALS, "AWS_ENDPOINT_URL": served.url}, HOSTS)


def told(served: Served) -> dict[str, int]:
    """How often each number was told."""
    return collections.Counter(command.request["Parameters"]["commands"][0] for command in served.ssm.commands.values())


@pytest.mark.parametrize("how", [{}, {"strategy": "free"}, {"serial": 1}], ids=["linear", "free", "serial"])
def test_each_task_is_sent_once_under_every_strategy(tmp_path: pathlib.Path, how: Json) -> None:
    (tmp_path / "included.json").write_text(json.dumps([tell(3)]))
    again = {"retries": 2, "delay": 0, "until": "sent.attempts | default(1) == 2", "register": "sent"}
    tasks = [
        {**tell("{{ one }}"), "vars": {"one": 1}},
        {**tell(2), "when": "inventory_hostname != 'web-1'"},
        {"ansible.builtin.include_tasks": "included.json"},
        {"block": [{"ansible.builtin.fail": {}, "when": "inventory_hostname != 'web-3'"}], "rescue": [tell(4)]},
        {**tell(5), "loop": [1, 2]},
        {**tell(6), **again, "when": "inventory_hostname == 'web-2'"},
        tell("for {{ inventory_hostname }}"),
        tell(7, region="{{ {'web-1': 'eu-west-1', 'web-2': 'eu-north-1', 'web-3': 'us-east-1'}[inventory_hostname] }}"),
    ]
    with serving(Served(node_seconds=0)) as served, play_at(served, tmp_path, {"tasks": tasks, **how}) as played:
        assert played.returncode() == 0, played.text()
    once = dict.fromkeys(("1", "2", "3", "4"), 1)
    per_host = {f"for {host}": 1 for host in HOSTS}
    assert told(served) == {**once, "5": 2, "6": 2, **per_host, "7": 3}, played.text()
    assert "sends this request in this run" in played.text()


def test_what_is_certain_to_be_sent_for_each_host_is_not_sent_at_all(tmp_path: pathlib.Path) -> None:
    (tmp_path / "imported.json").write_text(json.dumps([tell(3)]))
    limits = {
        **tell(5),
        "environment": {"AWS_REGION": "{{ {'web-2': 'eu-north-1'}[inventory_hostname] | default('eu-west-1') }}"},
    }
    tasks = [
        tell(1),
        {**tell(2), "run_once": True},
        {"ansible.builtin.import_tasks": "imported.json"},
        tell(4, send_per_host=True),
        limits,
        {**tell(6), "notify": ["Say seven"], "run_once": True, "changed_when": True},
        {"ansible.builtin.meta": "flush_handlers"},
        {"ansible.builtin.meta": "end_host", "when": "inventory_hostname != 'web-2'"},
        tell(8),
    ]
    handlers = [{"name": "Say seven", **tell(7)}]
    play = {"tasks": tasks, "handlers": handlers}
    with serving(Served(node_seconds=0)) as served, play_at(served, tmp_path, play) as played:
        assert played.returncode() == 0, played.text()
    assert told(served) == {"2": 1, "4": 3, "5": 2, "6": 1, "7": 1, "8": 1}, played.text()
    assert played.text().count(REFUSED) == 6, played.text()


def test_check_mode_says_so_too(tmp_path: pathlib.Path) -> None:
    play = {"tasks": [{**tell(1), "check_mode": True}]}
    with serving(Served(node_seconds=0)) as served, play_at(served, tmp_path, play) as played:
        assert played.returncode() == 0, played.text()
    assert played.text().count(REFUSED) == 3, played.text()
