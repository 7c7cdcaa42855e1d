# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations that clients do not sign are those of botocore's models."""

from __future__ import annotations

import gzip
import json
import typing as t
from pathlib import Path

import botocore.loaders
from local_aws.wire import unsigned

Names = set[tuple[str, str]]
# To read all models as JSON would take seconds and much memory.
MARKS = (b'"none"', b"smithy.api#noAuth")


def models_with_marks() -> t.Iterator[dict[str, t.Any]]:
    """botocore's models of services, in their newest versions, in which an operation may be unsigned."""
    loader = botocore.loaders.Loader()
    for service in loader.list_available_services("service-2"):
        version = loader.determine_latest_version(service, "service-2")
        (file,) = Path(loader.BUILTIN_DATA_PATH, service, version).glob("service-2.json*")
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        if any(mark in text for mark in MARKS):
            yield json.loads(text)


def test_the_list_is_botocores() -> None:
    found: Names = set()
    for model in models_with_marks():
        prefix = model["metadata"].get("targetPrefix", "")
        for name, operation in model["operations"].items():
            if operation.get("authtype") == "none" or "smithy.api#noAuth" in operation.get("auth", ()):
                found.add((prefix, name))
    listed: Names = {(prefix, name) for prefix, names in unsigned.BY_TARGET.items() for name in names}
    listed |= {("", name) for name in unsigned.BY_ACTION | set(unsigned.BY_PATH.values())}
    # One address serves both; which of them is asked for does not matter to who answers neither.
    assert listed | {("", "CreateOAuth2TokenWithTokenExchange")} == found | {("", "CreateOAuth2TokenWithTokenExchange")}
