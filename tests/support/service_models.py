# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and answers of tests, held against botocore's models of the services.

botocore itself checks names, types and what is required; enums, patterns and upper bounds it leaves to AWS. Here they
are checked as well: by check_request, which every fake client and every stubbed one goes through.
"""

from __future__ import annotations

import contextlib
import functools
import types
import typing as t

import boto3
from botocore import xform_name
from botocore.client import BaseClient
from botocore.paginate import Paginator, PaginatorModel
from botocore.stub import Stubber
from botocore.validate import ParamValidator
from local_aws.wire.errors import ApiError
from local_aws.wire.validation import service_model, validate

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest
    from botocore.model import Shape

Json = dict[str, t.Any]
Operation = t.Callable[..., Json]


def check_request(service: str, operation: str, request: Mapping[str, t.Any]) -> None:
    """Fail the test for a request that AWS would refuse: what botocore refuses, wrong enums, patterns, bounds.

    :param operation: as AWS spells it, C(SendCommand).
    """
    _check_shape(operation, "request", service_model(service).operation_model(operation).input_shape, request)
    try:
        validate(service, operation, request)
    except ApiError as refusal:
        raise AssertionError(f"{operation}: {refusal.message}") from refusal


def check_answer(service: str, operation: str, answer: Mapping[str, t.Any]) -> None:
    """Fail the test for an answer that AWS could not give: a field the operation does not have, a wrong type."""
    _check_shape(operation, "answer", service_model(service).operation_model(operation).output_shape, answer)


def _check_shape(operation: str, part: str, shape: Shape | None, value: Mapping[str, t.Any]) -> None:
    if shape is None:
        assert not value, f"{operation} has no {part}, but got {value}"
        return
    report = ParamValidator().validate(value, shape)
    assert not report.has_errors(), f"{operation}, {part}: {report.generate_report()}"


@functools.cache
def operations_of(service: str) -> Mapping[str, str]:
    """The operations of a service by the names of a client's methods: {"send_command": "SendCommand", ...}."""
    return {xform_name(operation): operation for operation in service_model(service).operation_names}


def _checked(service: str, operation: str, method: Operation) -> Operation:
    @functools.wraps(method)
    def call(*arguments: t.Any, **request: t.Any) -> Json:
        check_request(service, operation, request)
        answer = method(*arguments, **request)
        check_answer(service, operation, answer)
        return answer

    return call


class FakeClient:
    """A client whose operations a test writes as methods under boto3's names, with its pages made of them.

    A subclass names its service: `class FakeSSM(FakeClient, service="ssm")`. Requests and answers of its operations
    are checked, of those put on one of its objects too.
    """

    _service: t.ClassVar[str]
    # The place that a client calls; a test may put another on one.
    meta: t.Any = types.SimpleNamespace(endpoint_url="https://aws.example.com")

    def __init_subclass__(cls, service: str = "", **more: t.Any) -> None:
        super().__init_subclass__(**more)
        if service:
            cls._service = service
        for name, operation in operations_of(cls._service).items():
            if name in vars(cls):
                setattr(cls, name, _checked(cls._service, operation, vars(cls)[name]))

    def __setattr__(self, name: str, value: t.Any) -> None:
        operation = operations_of(self._service).get(name)
        super().__setattr__(name, _checked(self._service, operation, value) if operation else value)

    def get_paginator(self, name: str) -> Paginator[Json]:
        """botocore's own paginator over the operation."""
        operation = operations_of(self._service)[name]
        config = _paginators(self._service).get_paginator(operation)
        return Paginator(getattr(self, name), config, service_model(self._service).operation_model(operation))


@functools.cache
def _paginators(service: str) -> PaginatorModel:
    loader = boto3.session.Session()._session.get_component("data_loader")
    return PaginatorModel(loader.load_service_model(service, "paginators-1"))


def check_requests_of_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every request of a botocore client, stubbed or answered by moto, checked."""
    make_call: Callable[..., Json] = t.cast("t.Any", BaseClient)._make_api_call

    def checked(client: BaseClient, operation: str, request: Json) -> Json:
        check_request(client.meta.service_model.service_name, operation, request)
        return make_call(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", checked)


def new_client(service: str) -> t.Any:
    """A client with credentials that are not real ones."""
    return boto3.client(
        t.cast("t.Any", service), region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


class StubbedClient(t.NamedTuple):
    """A client and what answers for it."""

    client: t.Any
    stub: Stubber


@contextlib.contextmanager
def stubbed_client(service: str) -> t.Iterator[StubbedClient]:
    """A client that answers as the test writes down; what it wrote must all be asked for."""
    client = new_client(service)
    with Stubber(client) as stub:
        try:
            yield StubbedClient(client, stub)
        finally:
            stub.assert_no_pending_responses()
