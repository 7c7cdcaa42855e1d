# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node's instance profile costs, by this collection's module and by the three of amazon.aws it stands for.

    python tests/benchmark/instance_profile.py [--rounds 3]

Both make a role that EC2 may take, with AWS's core policy and rights to a log group, in an instance profile.
They run by turns against one sandbox, in accounts as empty as each other. Each round makes it, and makes it once more
with nothing to change. What is shown are calls to AWS, the same in every round, and the best of the rounds' seconds for
the whole of ansible-playbook.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
import time
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.support.local_sandbox import LocalSandbox, Playbook, running

Json = dict[str, t.Any]
Figures = dict[tuple[str, str], list[tuple[int, float]]]

LOG_GROUP = "/ssm/commands"
LOG_ARN = f"arn:aws:logs:*:123456789012:log-group:{LOG_GROUP}"
LOG_ACTIONS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
NODE_POLICY: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": LOG_ACTIONS, "Resource": [LOG_ARN, f"{LOG_ARN}:*"]},
        {
            "Effect": "Allow",
            "Action": "logs:DescribeLogGroups",
            "Resource": "arn:aws:logs:*:123456789012:log-group:*",
        },
    ],
}
TRUST: Json = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def our_tasks(name: str) -> list[Json]:
    """The one task of this collection."""
    return [{"ssmops.run_command.instance_profile": {"name": name, "cloudwatch_log_groups": [LOG_GROUP]}}]


def their_tasks(name: str) -> list[Json]:
    """The three tasks of amazon.aws that lead to the same rights."""
    # By name, iam_role would list all policies once more.
    policies = [
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
        f"arn:aws:iam::123456789012:policy/{name}-logs",
    ]
    role = {
        "name": name,
        "assume_role_policy_document": TRUST,
        "managed_policies": policies,
        "create_instance_profile": False,
    }
    return [
        {"amazon.aws.iam_managed_policy": {"name": f"{name}-logs", "policy": NODE_POLICY, "state": "present"}},
        {"amazon.aws.iam_role": {**role, "state": "present"}},
        {"amazon.aws.iam_instance_profile": {"name": name, "role": name, "state": "present"}},
    ]


def measure(folder: pathlib.Path, sandbox: LocalSandbox, tasks: list[Json], *, changes: bool) -> tuple[int, float]:
    """Calls and seconds of one playbook."""
    playbook = Playbook(folder, sandbox, tasks)
    sandbox.clear_calls()
    began = time.monotonic()
    run = playbook.run()
    seconds = time.monotonic() - began
    if run.returncode or ("changed=0 " in run.output) == changes:
        raise SystemExit(run.output)
    return sum(sandbox.calls().values()), seconds


def measure_all(rounds: int) -> Figures:
    """By who and which run, the calls and seconds of each round."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as place, running(pathlib.Path(place)) as sandbox:
        folder = pathlib.Path(place)
        for number in range(rounds):
            for who, tasks in (
                ("ssmops.run_command", our_tasks(f"ours-{number}")),
                ("amazon.aws", their_tasks(f"theirs-{number}")),
            ):
                for run, changes in (("first run", True), ("nothing to change", False)):
                    figure = measure(folder, sandbox, tasks, changes=changes)
                    figures.setdefault((run, who), []).append(figure)
    return figures


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    figures = measure_all(parser.parse_args().rounds)
    rows = [f"{'':18} {'':20} {'calls':>5} {'seconds':>8}"]
    for (run, who), measured in sorted(figures.items()):
        calls = sorted({calls for calls, _seconds in measured})
        seconds = min(seconds for _calls, seconds in measured)
        rows.append(f"{run:18} {who:20} {'/'.join(map(str, calls)):>5} {seconds:8.2f}")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
