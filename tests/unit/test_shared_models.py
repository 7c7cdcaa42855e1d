# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions of the tests have botocore's own models, which one of them has read."""

from __future__ import annotations

import typing as t

import boto3
import botocore.loaders
import pytest


def loader() -> t.Any:
    """The loader of a new session."""
    return t.cast("t.Any", boto3.session.Session())._loader


def test_sessions_share_one_loader_whose_paths_stay_the_same() -> None:
    first = loader()
    before = list(first.search_paths)
    assert loader() is first
    assert list(first.search_paths) == before


@pytest.mark.parametrize("kind", ["service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1"])
def test_its_models_are_those_of_any_loader(kind: str) -> None:
    for _session in range(2):
        assert loader().load_service_model("ssm", kind) == botocore.loaders.Loader().load_service_model("ssm", kind)


def test_what_is_not_there_is_not_found() -> None:
    for _session in range(2):
        with pytest.raises(botocore.loaders.UnknownServiceError):
            loader().load_service_model("no-service", "service-2")


def test_a_path_of_the_environment_has_a_loader_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = loader()
    monkeypatch.setenv("AWS_DATA_PATH", "/of-the-test")
    assert loader() is not shared
    assert loader().search_paths[0] == "/of-the-test"
