# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the sandbox: python extensions/sandbox --help."""

from __future__ import annotations

import argparse
import json
import logging
import os
import pathlib
import signal
import sys
import typing as t

# moto reads this when it is imported; without it there is no AmazonSSMManagedInstanceCore to attach.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
# No web page is to be told that it may read an answer.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
# moto has sessions of botocore: the user's profile and files must be none of theirs.
os.environ.pop("AWS_PROFILE", None)
os.environ.pop("AWS_DEFAULT_PROFILE", None)
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)

from local_aws.moto.data import MotoChangedError
from local_aws.server import control_input, key_ring
from local_aws.server.sandbox import Options, Sandbox, open_sandbox

_EXPORTS = {
    "AWS_ENDPOINT_URL": "endpoint_url",
    "AWS_REGION": "region",
    "AWS_DEFAULT_REGION": "region",
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "SANDBOX_CONTROL_TOKEN": "control_token",
}


def parse_seed(text: str) -> tuple[int, dict[str, str]]:
    """100,Role=web,Env=test as (100, {"Role": "web", "Env": "test"})."""
    number, *pairs = text.split(",")
    if not number.isdigit() or int(number) < 1 or not all("=" in pair for pair in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is not NUMBER[,TAG=VALUE...]")
    return int(number), dict(pair.split("=", 1) for pair in pairs)


def parse_config(text: str) -> dict[str, t.Any]:
    """The configuration in a JSON file."""
    try:
        value = control_input.parse(pathlib.Path(text).read_bytes())
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"{text} does not hold a JSON object")
    return value


def parse_port(text: str) -> int:
    """A port number; 0 stands for any free one."""
    if not (text.isascii() and text.isdecimal()) or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="sandbox",
        description="A local AWS for Run Command, on loopback only.",
        epilog="SANDBOX_ACCESS_KEY_ID and SANDBOX_SECRET_ACCESS_KEY in the environment take the place of fresh keys.",
    )
    parser.add_argument("--port", type=parse_port, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--ready-file", type=pathlib.Path, help="written as JSON once the sandbox serves")
    parser.add_argument("--region", default="us-east-1", help="region of the seeded nodes and of the exports")
    parser.add_argument("--enforce-iam", action="store_true", help="let callers do only what their policies allow")
    parser.add_argument(
        "--config", type=parse_config, default={}, help="JSON file with settings, latency, faults, nodes"
    )
    parser.add_argument(
        "--seed-nodes",
        type=parse_seed,
        action="append",
        default=[],
        metavar="NUMBER[,TAG=VALUE...]",
        help="managed nodes to begin with; may be given more than once",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    parsed = parse_arguments(arguments)
    logging.basicConfig(level=logging.WARNING)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options = Options(
            port=parsed.port,
            region=parsed.region,
            enforce_iam=parsed.enforce_iam,
            config=parsed.config,
            seed_nodes=tuple(parsed.seed_nodes),
            key=key_ring.own_key(os.environ),
        )
        if parsed.ready_file:
            # What an earlier life has left there tells of a sandbox that serves no more.
            parsed.ready_file.unlink(missing_ok=True)
        with open_sandbox(options) as sandbox:
            _announce(sandbox, parsed.region, parsed.ready_file)
            sandbox.server.run()
    except KeyboardInterrupt:
        return 0
    except (MotoChangedError, OSError, ValueError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    finally:
        if parsed.ready_file:
            parsed.ready_file.unlink(missing_ok=True)
    return 0


def _announce(sandbox: Sandbox, region: str, ready_file: pathlib.Path | None) -> None:
    ready = {
        "endpoint_url": sandbox.endpoint_url,
        "region": region,
        "access_key_id": sandbox.key.access_key_id,
        "secret_access_key": sandbox.key.secret,
        "control_token": sandbox.control_token,
        "pid": os.getpid(),
    }
    sys.stdout.writelines(f"export {variable}={ready[name]}\n" for variable, name in _EXPORTS.items())
    sys.stdout.flush()
    if ready_file:
        # Whoever waits for the file must never see half of it.
        part = ready_file.with_name(ready_file.name + ".part")
        part.unlink(missing_ok=True)
        # It holds keys: nobody else may read it at any moment.
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(ready, file)
        part.replace(ready_file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
