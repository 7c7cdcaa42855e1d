# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the check of a signature costs, beside the signing of the same request by botocore.

    python tests/benchmark/signature_check.py [--rounds 5]

Both are run by turns in this process on a SendCommand with a script of 2 kB. Shown are the medians of the rounds in
milliseconds, and their ratio.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import sys
import time
import typing as t

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "extensions" / "sandbox"))

from local_aws.iam.keys import Key
from local_aws.moto.data import MotoData
from local_aws.server.admission import Admission
from local_aws.server.key_ring import KeyRing
from local_aws.wire.messages import Request

if t.TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 1_000
KEY = Key("AKIAQQQQQQQQQQQQQQQQ", "a-secret-of-the-sandbox")
HOST = "127.0.0.1:4566"
BODY = json.dumps({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo x" * 300]}}).encode()


def sign() -> AWSRequest:
    """A request as boto3 signs it."""
    headers = {"X-Amz-Target": "AmazonSSM.SendCommand", "Content-Type": "application/x-amz-json-1.1"}
    made = AWSRequest("POST", f"http://{HOST}/", headers=headers, data=BODY)
    SigV4Auth(Credentials(KEY.access_key_id, KEY.secret), "ssm", "us-east-1").add_auth(made)
    return made


def milliseconds(action: Callable[[], object]) -> float:
    """How long one of many takes."""
    began = time.perf_counter()
    for _number in range(TIMES):
        action()
    return (time.perf_counter() - began) * 1_000 / TIMES


def main() -> None:
    """Measure, and show it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    admission = Admission(KeyRing(KEY, MotoData()), "token")
    headers = {name.lower(): str(value) for name, value in sign().headers.items()}
    request = Request("POST", "/", "/", "", {**headers, "host": HOST}, BODY)

    def check() -> None:
        admission.check_place(request, 4566)
        admission.caller(request)

    pairs = [(milliseconds(check), milliseconds(sign)) for _round in range(rounds)]
    checked, signed = (statistics.median(column) for column in zip(*pairs, strict=True))
    sys.stdout.write(f"check {checked:.3f} ms, botocore's signing {signed:.3f} ms, ratio {checked / signed:.2f}\n")


if __name__ == "__main__":
    main()
