# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example documents: without faults and findings, and run on a node of a sandbox.

The node has small stand-ins of the programs that they use.
"""

from __future__ import annotations

import stat
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import content, lint, validation

from tests.support import warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

FOLDER: t.Final = Path(__file__).resolve().parents[3] / "docs" / "examples" / "documents"
EXAMPLES: t.Final = sorted(FOLDER.glob("*.yml"))
ENDED: t.Final = {"Success", "Failed", "TimedOut", "Cancelled"}
SECONDS: t.Final = 60
OLD_KEY: t.Final = f"ssh-ed25519 {'A' * 68}"
NEW_KEY: t.Final = f"ssh-ed25519 {'B' * 68}"
CA_HASH: t.Final = f"sha256:{'0' * 64}"
PLAYBOOK: t.Final = """\
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "played on {{ inventory_hostname }}"
"""
# The places of the examples, which are folders of the test.
PLACES: t.Final[t.Mapping[str, str]] = {
    "/etc/kubernetes": "kubernetes",
    "/etc/ssh/authorized_keys": "keys",
    "/var/lib/collected-logs": "collected",
    "/var/lib/reboot-and-continue": "state",
    "/var/log": "log",
}
STAND_INS: t.Final[t.Mapping[str, str]] = {
    "systemctl": """\
case "$1" in
  restart) echo 0 >"$SANDBOX_NODE_DIRECTORY/asked" ;;
  is-active)
    asked=$(cat "$SANDBOX_NODE_DIRECTORY/asked")
    echo $((asked + 1)) >"$SANDBOX_NODE_DIRECTORY/asked"
    case "$*" in *worker*) exit 3 ;; esac
    [ "$asked" -ge 1 ] ;;
  status) echo "the status of $3" ;;
esac
""",
    "curl": 'case "$*" in *http://localhost:8080/health) exit 0 ;; esac; exit 7\n',
    "rpm": """\
for name; do :; done
[ -e "$SANDBOX_NODE_DIRECTORY/package-$name" ] || exit 1
case "$*" in *--quiet*) ;; *) echo "$name-1.0-1.noarch" ;; esac
""",
    "dnf": 'for name; do :; done; : >"$SANDBOX_NODE_DIRECTORY/package-$name"\n',
    "aws": """\
token=abcdef.0123456789abcdef
case "$1 $2" in
  "s3 cp") cp "$4" "$SANDBOX_NODE_DIRECTORY/uploaded.tar.gz" ;;
  "ssm get-parameter") case "$*" in *"--with-decryption --name /cluster/token "*) echo "$token" ;; esac ;;
esac
""",
    "kubeadm": """\
grep -q 'token: "abcdef.0123456789abcdef"$' "$3" && cp "$3" "PLACES/kubernetes/kubelet.conf"
""",
    "df": """\
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
echo '/dev/sda1 10485760 4194304 6291456 40% /'
echo '/dev/sdb1 1048576 996148 52428 95% /data of two'
echo '/dev/loop0 65536 65536 0 100% /snap/core22/1122'
""",
    "needs-restarting": "exit 1\n",
    "ansible-playbook": f'exec {sys.executable} {Path(sys.executable).with_name("ansible-playbook")} "$@"\n',
}


class Outcome(t.NamedTuple):
    """How a step ended, and what it wrote."""

    status: str
    stdout: str
    stderr: str


class Fleet:
    """A sandbox with one node, on which the stand-ins are the first programs of PATH."""

    def __init__(self, sandbox: LocalSandbox, places: Path) -> None:
        self.places = places
        self._ssm = sandbox.client("ssm")
        self.s3 = sandbox.client("s3")
        self._node = self._ssm.describe_instance_information()["InstanceInformationList"][0]["InstanceId"]
        for path in EXAMPLES:
            read = content.read(self._moved(path.read_text(encoding="utf-8")))
            self._ssm.create_document(
                Name=path.stem, DocumentType="Command", DocumentFormat=read.format, Content=read.text
            )
        self.directory = self._prepare()

    def _moved(self, text: str) -> str:
        for place, name in PLACES.items():
            text = text.replace(place, str(self.places / name))
        return text

    def _prepare(self) -> Path:
        commands = ['bin="$SANDBOX_NODE_DIRECTORY/bin"']
        for name, script in STAND_INS.items():
            commands += [
                f"cat >\"$bin/{name}\" <<'END OF FILE'",
                "#!/bin/sh",
                script.replace("PLACES", str(self.places)),
                "END OF FILE",
            ]
        commands += ['chmod 0755 "$bin"/*', 'echo "$SANDBOX_NODE_DIRECTORY"']
        outcome = self._run("AWS-RunShellScript", {"commands": commands})
        assert outcome.status == "Success", outcome
        return Path(outcome.stdout.strip())

    def run(self, document: str, step: str, **parameters: str) -> Outcome:
        """A document, until it has ended; what is returned is of the step."""
        return self._run(document, {name: [value] for name, value in parameters.items()}, step)

    def _run(self, document: str, parameters: dict[str, list[str]], step: str = "") -> Outcome:
        sent = self._ssm.send_command(DocumentName=document, InstanceIds=[self._node], Parameters=parameters)["Command"]
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            (command,) = self._ssm.list_commands(CommandId=sent["CommandId"])["Commands"]
            if command["Status"] in ENDED:
                break
            time.sleep(0.1)
        plugin = {"PluginName": step} if step else {}
        got = self._ssm.get_command_invocation(CommandId=sent["CommandId"], InstanceId=self._node, **plugin)
        return Outcome(got["Status"], got["StandardOutputContent"], got["StandardErrorContent"])


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """One sandbox for all examples."""
    folder = tmp_path_factory.mktemp("examples")
    with warm_sandbox.running(folder, "--seed-nodes", "1,sandbox:patches-missing=3") as sandbox:
        sandbox.control("POST", "config", {"settings": {"consistency_gap": 0, "reboot_seconds": 0.1}})
        yield Fleet(sandbox, tmp_path_factory.mktemp("places"))


def test_there_are_ten() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize(
    ("document", "parameter", "value"),
    [
        ("collect_logs", "directory", "/root"),
        ("install_package", "package", "curl-"),
        ("join_cluster", "cluster", "evil.example:6443"),
        ("restart_with_health_check", "service", "poweroff.target"),
        ("rotate_key", "account", "root"),
        ("windows_service", "service", "WinDefend"),
    ],
)
def test_an_example_takes_nothing_that_amounts_to_more(document: str, parameter: str, value: str) -> None:
    read = content.read((FOLDER / f"{document}.yml").read_text(encoding="utf-8"))
    assert value not in read.data["parameters"][parameter]["allowedValues"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_no_fault_and_no_finding(path: Path) -> None:
    read = content.read(path.read_text(encoding="utf-8"))
    assert validation.faults(read) == []
    assert lint.findings(read.data) == []
    texts = [one for one in read.data.get("parameters", {}).values() if "allowedValues" not in one]
    assert all(one["interpolationType"] == "ENV_VAR" and one["allowedPattern"] for one in texts)


def test_patch(fleet: Fleet) -> None:
    assert "Missing" in fleet.run("patch", "patch").stdout
    assert fleet.run("patch", "patch", operation="Install").status == "Success"
    assert fleet.run("patch", "report") == Outcome("Success", "reboot: needed\n", "")


def test_restart_with_health_check(fleet: Fleet) -> None:
    url = "http://localhost:8080/health"
    healthy = fleet.run("restart_with_health_check", "restart", service="web", url=url)
    assert healthy == Outcome("Success", "web is healthy after 2 attempts\n", "")
    broken = fleet.run("restart_with_health_check", "restart", service="worker", attempts="1")
    assert broken.status == "Failed"
    assert broken.stderr.startswith("worker is not healthy after 1 attempts\nthe status of ")


def test_install_package(fleet: Fleet) -> None:
    first = fleet.run("install_package", "install", package="jq")
    assert first == Outcome("Success", "installed: jq-1.0-1.noarch\n", "")
    assert fleet.run("install_package", "install", package="jq").stdout == "unchanged: jq-1.0-1.noarch\n"


def test_rotate_key(fleet: Fleet) -> None:
    file = fleet.places / "keys" / "deploy"
    given = {"key": OLD_KEY, "owner": "ops@example"}
    assert fleet.run("rotate_key", "rotate", **given).status == "Success"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o755
    file.write_text(f"ssh-rsa AAAA other@example\n{OLD_KEY} ops@example\n", encoding="utf-8")
    given["key"] = NEW_KEY
    assert fleet.run("rotate_key", "rotate", **given).stdout == "rotated: the key of ops@example, one of 2\n"
    assert file.read_text(encoding="utf-8") == f"ssh-rsa AAAA other@example\n{NEW_KEY} ops@example\n"
    assert fleet.run("rotate_key", "rotate", **given).stdout == "unchanged: the key of ops@example\n"
    assert list(file.parent.iterdir()) == [file]


def test_collect_logs(fleet: Fleet) -> None:
    (fleet.places / "log" / "app").mkdir(parents=True)
    for name in ("app/web.log", "system.log", "notes.txt"):
        (fleet.places / "log" / name).write_text(name, encoding="utf-8")
    outcome = fleet.run("collect_logs", "collect", upload="yes")
    assert outcome.status == "Success", outcome
    assert outcome.stdout.startswith("logs: 2\n./app/web.log\n./system.log\nuploaded: s3://team-logs.example/")
    archive = fleet.places / "collected" / "logs.tar.gz"
    assert (fleet.directory / "uploaded.tar.gz").read_bytes() == archive.read_bytes()


def test_join_cluster(fleet: Fleet) -> None:
    (fleet.places / "kubernetes").mkdir()
    first = fleet.run("join_cluster", "join", cluster="example")
    assert first == Outcome("Success", "joined: k8s.example.com:6443\n", "")
    configuration = fleet.places / "kubernetes" / "kubelet.conf"
    assert f'caCertHashes: ["{CA_HASH}"]' in configuration.read_text(encoding="utf-8")
    again = fleet.run("join_cluster", "join", cluster="example")
    assert again.stdout == "unchanged: this node has joined a cluster before\n"


def test_disk_report(fleet: Fleet) -> None:
    listed = "40% of 10.0 GiB /\n95% of 1.0 GiB /data of two\n"
    assert fleet.run("disk_report", "report", limit="96") == Outcome("Success", listed, "")
    full = fleet.run("disk_report", "report")
    assert (full.status, full.stdout) == ("Failed", listed)
    assert full.stderr.startswith("over 90%: /data of two\n")


def test_reboot_and_continue(fleet: Fleet) -> None:
    rebooted = fleet.run("reboot_and_continue", "reboot")
    assert (rebooted.status, rebooted.stdout) == ("Success", "rebooting\nrebooted\n")
    assert list((fleet.places / "state").iterdir()) == []
    continued = fleet.run("reboot_and_continue", "continue")
    assert continued.stdout.startswith("running the kernel ")


def test_run_ansible(fleet: Fleet) -> None:
    fleet.s3.create_bucket(Bucket="team-playbooks.example")
    fleet.s3.put_object(Bucket="team-playbooks.example", Key="playbooks/site.yml", Body=PLAYBOOK.encode())
    outcome = fleet.run("run_ansible", "play", playbook="site.yml")
    assert outcome.status == "Success", outcome
    assert "played on localhost" in outcome.stdout


def test_windows_service_is_for_windows(fleet: Fleet) -> None:
    assert fleet.run("windows_service", "service", service="Spooler") == Outcome("Success", "", "")
