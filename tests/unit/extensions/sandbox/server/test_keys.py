# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of boto3 with right and wrong keys, of users, roles and sessions, in a sandbox that enforces IAM."""

from __future__ import annotations

import datetime
import json
import typing as t
import urllib.error
import urllib.parse
import urllib.request
from unittest import mock

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.local_sandbox import LocalSandbox

Keys = dict[str, str]
READ = {
    "ssm": "list_commands",
    "logs": "describe_log_groups",
    "events": "list_rules",
    "kms": "list_keys",
    "sqs": "list_queues",
    "iam": "list_users",
    "sts": "get_caller_identity",
    "sns": "list_topics",
    "ec2": "describe_instances",
    "s3": "list_buckets",
    "cloudwatch": "list_metrics",
    "resource-groups": "list_groups",
    "resourcegroupstaggingapi": "get_resources",
}
JSON_SERVICES = ("ssm", "logs", "events", "kms", "resource-groups", "resourcegroupstaggingapi")
QUERY_SERVICES = ("sqs", "iam", "sts", "sns", "cloudwatch")
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def client(sandbox: LocalSandbox, service: str, keys: Keys, **options: t.Any) -> t.Any:
    config = Config(retries={"total_max_attempts": 1}, **options)
    place: t.Any = {"endpoint_url": sandbox.url, "region_name": "us-east-1", "config": config}
    # One session for all, so that the models are read once.
    return boto3.client(t.cast("t.Any", service), **place, **t.cast("t.Any", keys))


def root(sandbox: LocalSandbox) -> Keys:
    found = sandbox.environment
    return {"aws_access_key_id": found["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": found["AWS_SECRET_ACCESS_KEY"]}


def temporary(credentials: dict[str, t.Any]) -> Keys:
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def document(*statements: t.Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def made_user(sandbox: LocalSandbox, name: str) -> Keys:
    iam = sandbox.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=document(ALL))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def made_role(sandbox: LocalSandbox, name: str) -> Keys:
    iam = sandbox.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(ALL))
    return temporary(sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"])


MAKERS: t.Final[dict[str, Callable[[LocalSandbox], Keys]]] = {
    "own": root,
    "user": lambda sandbox: made_user(sandbox, "reader"),
    "role": lambda sandbox: made_role(sandbox, "reader"),
    "session of own": lambda sandbox: temporary(
        client(sandbox, "sts", root(sandbox)).get_session_token()["Credentials"]
    ),
    "session of a user": lambda sandbox: temporary(
        client(sandbox, "sts", made_user(sandbox, "owner")).get_session_token()["Credentials"]
    ),
    "federated": lambda sandbox: temporary(
        client(sandbox, "sts", made_user(sandbox, "federator")).get_federation_token(
            Name="guest", Policy=document(ALL)
        )["Credentials"]
    ),
}


@pytest.fixture(scope="module")
def keys(sandbox: LocalSandbox) -> dict[str, Keys]:
    return {kind: make(sandbox) for kind, make in MAKERS.items()}


def code(call: Callable[..., t.Any], **request: t.Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize("kind", MAKERS)
def test_keys_that_were_made_let_in(sandbox: LocalSandbox, keys: dict[str, Keys], kind: str) -> None:
    for service, operation in READ.items():
        getattr(client(sandbox, service, keys[kind]), operation)()


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (JSON_SERVICES, "InvalidSignatureException"),
        (QUERY_SERVICES, "SignatureDoesNotMatch"),
        (("ec2", "s3"), "SignatureDoesNotMatch"),
    ],
)
def test_a_wrong_secret_does_not(
    sandbox: LocalSandbox, keys: dict[str, Keys], kind: str, services: tuple[str, ...], expected: str
) -> None:
    wrong = {**keys[kind], "aws_secret_access_key": "wrong"}
    codes = {service: code(getattr(client(sandbox, service, wrong), READ[service])) for service in services}
    assert codes == dict.fromkeys(services, expected)


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (JSON_SERVICES, "UnrecognizedClientException"),
        (QUERY_SERVICES, "InvalidClientTokenId"),
        (("ec2",), "AuthFailure"),
        (("s3",), "InvalidAccessKeyId"),
    ],
)
def test_an_unknown_key_does_not(sandbox: LocalSandbox, services: tuple[str, ...], expected: str) -> None:
    unknown = {"aws_access_key_id": "AKIAXXXXXXXXXXXXXXXX", "aws_secret_access_key": "any"}
    codes = {service: code(getattr(client(sandbox, service, unknown), READ[service])) for service in services}
    assert codes == dict.fromkeys(services, expected)


@pytest.mark.parametrize("token", [None, "another"])
@pytest.mark.parametrize("kind", ["role", "session of own", "federated"])
def test_temporary_keys_need_their_token(
    sandbox: LocalSandbox, keys: dict[str, Keys], kind: str, token: str | None
) -> None:
    without = {name: value for name, value in keys[kind].items() if name != "aws_session_token"}
    given = {**without, "aws_session_token": token} if token else without
    assert code(client(sandbox, "ssm", given).list_commands) == "UnrecognizedClientException"
    assert code(client(sandbox, "iam", given).list_users) == "InvalidClientTokenId"
    assert code(client(sandbox, "s3", given).list_buckets) == "InvalidToken"


def test_a_federated_user_has_no_more_than_its_policy(sandbox: LocalSandbox, keys: dict[str, Keys]) -> None:
    sts = client(sandbox, "sts", keys["user"])
    bare = temporary(sts.get_federation_token(Name="bare")["Credentials"])
    assert code(client(sandbox, "ssm", bare).list_commands) == "AccessDeniedException"
    answer = client(sandbox, "sts", bare).get_caller_identity()
    assert answer["Arn"] == "arn:aws:sts::123456789012:federated-user/bare"


def test_a_key_that_is_inactive_or_deleted_lets_nobody_in(sandbox: LocalSandbox) -> None:
    made = made_user(sandbox, "leaver")
    named = {"UserName": "leaver", "AccessKeyId": made["aws_access_key_id"]}
    sandbox.client("iam").update_access_key(**named, Status="Inactive")
    assert code(client(sandbox, "ssm", made).list_commands) == "UnrecognizedClientException"
    sandbox.client("iam").update_access_key(**named, Status="Active")
    client(sandbox, "ssm", made).list_commands()
    sandbox.client("iam").delete_access_key(**named)
    assert code(client(sandbox, "ssm", made).list_commands) == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("service", "minutes", "expected"),
    [
        ("ssm", 6, "InvalidSignatureException"),
        ("iam", 6, "SignatureDoesNotMatch"),
        ("ec2", 6, "RequestExpired"),
        ("s3", 16, "RequestTimeTooSkewed"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_request_of_another_time_is_refused(
    sandbox: LocalSandbox, service: str, minutes: int, expected: str, sign: int
) -> None:
    moment = datetime.datetime.now(datetime.UTC) - sign * datetime.timedelta(minutes=minutes)
    asked = client(sandbox, service, root(sandbox))
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment.replace(tzinfo=None)):
        assert code(getattr(asked, READ[service])) == expected


KEY = "a b/ü?x%2F+~&=#.txt"


@pytest.fixture(scope="module", name="bucket")
def fixture_bucket(sandbox: LocalSandbox) -> str:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="presigned")
    s3.put_object(Bucket="presigned", Key=KEY, Body=b"text", Metadata={"word": "value"})
    return "presigned"


def test_metadata_has_small_letters(sandbox: LocalSandbox, bucket: str) -> None:
    s3 = sandbox.client("s3")
    assert s3.head_object(Bucket=bucket, Key=KEY)["Metadata"] == {"word": "value"}
    assert s3.get_object(Bucket=bucket, Key=KEY)["Metadata"] == {"word": "value"}


# ruff: noqa: S310 - every address is the sandbox's
def fetch(address: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    method = "GET" if data is None else "PUT"
    request = urllib.request.Request(address, data=data, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize("kind", ["own", "user", "role"])
def test_presigned_addresses(
    sandbox: LocalSandbox, keys: dict[str, Keys], bucket: str, kind: str, version: str
) -> None:
    s3 = client(sandbox, "s3", keys[kind], signature_version=version)
    wanted = {"Bucket": bucket, "Key": KEY}
    assert fetch(s3.generate_presigned_url("get_object", Params=wanted)) == (200, b"text")
    named = {**wanted, "ResponseContentDisposition": 'attachment; filename="a b.txt"'}
    assert fetch(s3.generate_presigned_url("get_object", Params=named)) == (200, b"text")
    address = s3.generate_presigned_url("get_object", Params=wanted)
    assert fetch(address.replace("a%20b", "b%20b"))[0] == 403
    assert fetch(address, data=b"other", headers={"Content-Type": ""})[0] == 403
    upload = s3.generate_presigned_url("put_object", Params={**wanted, "Key": kind, "ContentType": "text/x"})
    assert fetch(upload, data=b"up", headers={"Content-Type": "text/y"})[0] == 403
    assert fetch(upload, data=b"up", headers={"Content-Type": "text/x"})[0] == 200
    assert sandbox.client("s3").get_object(Bucket=bucket, Key=kind)["Body"].read() == b"up"


def test_a_presigned_address_expires(sandbox: LocalSandbox, bucket: str) -> None:
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=120)
    for version, clock in (("s3v4", "botocore.auth.get_current_datetime"), ("s3", "botocore.auth.time.time")):
        s3 = client(sandbox, "s3", root(sandbox), signature_version=version)
        value = past.replace(tzinfo=None) if version == "s3v4" else past.timestamp()
        with mock.patch(clock, return_value=value):
            address = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": KEY}, ExpiresIn=60)
        status, body = fetch(address)
        assert (status, b"Request has expired" in body) == (403, True)


def test_a_presigned_call_of_sts(sandbox: LocalSandbox, keys: dict[str, Keys]) -> None:
    address = client(sandbox, "sts", keys["user"]).generate_presigned_url("get_caller_identity", HttpMethod="GET")
    status, body = fetch(address)
    assert (status, b"user/reader" in body) == (200, True), body


def multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    """A form as browsers send it."""
    parts = [
        f'--limit\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    upload = '--limit\r\nContent-Disposition: form-data; name="file"; filename="up.txt"\r\n\r\n'
    return "".join([*parts, upload]).encode() + content + b"\r\n--limit--\r\n", "multipart/form-data; boundary=limit"


def post(address: str, fields: dict[str, str], content: bytes = b"form") -> int:
    body, kind = multipart(fields, content)
    request = urllib.request.Request(address, data=body, headers={"Content-Type": kind}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize("kind", ["own", "role"])
def test_forms_that_upload(sandbox: LocalSandbox, keys: dict[str, Keys], bucket: str, kind: str, version: str) -> None:
    s3 = client(sandbox, "s3", keys[kind], signature_version=version)
    conditions = [["content-length-range", 1, 10], {"acl": "private"}]
    form = s3.generate_presigned_post(bucket, "up/${filename}", Fields={"acl": "private"}, Conditions=conditions)
    address, fields = form["url"], form["fields"]
    assert post(address, fields) in {200, 204}
    assert sandbox.client("s3").get_object(Bucket=bucket, Key="up/up.txt")["Body"].read() == b"form"
    assert post(address, fields, b"more than ten") == 403
    assert post(address, {**fields, "acl": "public-read"}) == 403
    assert post(address, {**fields, "key": "elsewhere"}) == 403
    assert post(address, {**fields, "x-amz-meta-more": "1"}) == 403
    wrong = "signature" if version == "s3" else "x-amz-signature"
    assert post(address, {**fields, wrong: fields[wrong][::-1]}) == 403
    assert post(address, {name: value for name, value in fields.items() if name != "policy"}) == 403


def test_a_form_is_for_who_may_write_there(sandbox: LocalSandbox, bucket: str) -> None:
    iam = sandbox.client("iam")
    limited = made_user(sandbox, "uploader")
    only = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/own/*"}
    iam.put_user_policy(UserName="uploader", PolicyName="all", PolicyDocument=document(only))
    s3 = client(sandbox, "s3", limited)
    for key, expected in (("own/a", {200, 204}), ("others/a", {403})):
        form = s3.generate_presigned_post(bucket, key)
        assert post(form["url"], form["fields"]) in expected


def test_an_object_is_the_one_that_was_asked_for(sandbox: LocalSandbox, bucket: str) -> None:
    limited = made_user(sandbox, "narrow")
    only = {"Effect": "Allow", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/own?*"}
    sandbox.client("iam").put_user_policy(UserName="narrow", PolicyName="all", PolicyDocument=document(only))
    s3 = client(sandbox, "s3", limited)
    s3.put_object(Bucket=bucket, Key="own?x", Body=b"")
    assert code(s3.put_object, Bucket=bucket, Key="own", Body=b"") == "AccessDenied"
    keys = [found["Key"] for found in sandbox.client("s3").list_objects_v2(Bucket=bucket, Prefix="own?")["Contents"]]
    assert keys == ["own?x"]
