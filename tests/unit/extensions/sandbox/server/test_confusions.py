# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that could be read in two ways: what was authorized is what is done, or the request is refused."""

from __future__ import annotations

import json
import typing as t
import urllib.error
import urllib.parse
import urllib.request

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from .test_keys import client, document, made_user, multipart, post, temporary

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.local_sandbox import LocalSandbox

    Keys = dict[str, str]

pytestmark = pytest.mark.usefixtures("untouched")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module", autouse=True)
def fixture_buckets(sandbox: LocalSandbox) -> None:
    s3 = sandbox.client("s3")
    for bucket in ("secret", "mine"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="secret", Key="key", Body=b"TOPSECRET")


@pytest.fixture(scope="module", name="keys")
def fixture_keys(sandbox: LocalSandbox) -> Keys:
    """Keys of a user who may list buckets, and a role that is not for him."""
    iam = sandbox.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="admin", AssumeRolePolicyDocument=document(trust))
    keys = made_user(sandbox, "confuser")
    only = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    iam.put_user_policy(UserName="confuser", PolicyName="all", PolicyDocument=document(only))
    return keys


class Sent(t.NamedTuple):
    """A request to be signed, and what is changed after that."""

    service: str
    method: str
    target: str
    body: bytes = b""
    headers: t.Mapping[str, str] = {}
    added: t.Mapping[str, str] = {}


def send(sandbox: LocalSandbox, keys: Keys, sent: Sent) -> tuple[int, str]:
    made = AWSRequest(sent.method, f"{sandbox.url}{sent.target}", headers=dict(sent.headers), data=sent.body)
    credentials = Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"])
    signer = S3SigV4Auth if sent.service.lower().startswith("s3") else SigV4Auth
    signer(credentials, sent.service, "us-east-1").add_auth(made)
    headers = {name: str(value) for name, value in made.headers.items()}
    request = urllib.request.Request(  # noqa: S310 - the address is the sandbox's
        f"{sandbox.url}{sent.target}", data=sent.body or None, headers={**headers, **sent.added}, method=sent.method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")


ASSUME = urllib.parse.urlencode(
    {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": "arn:aws:iam::123456789012:role/admin",
        "RoleSessionName": "taken",
    }
)
ASSUME_PARTS, LIMIT = multipart(dict(urllib.parse.parse_qsl(ASSUME)), b"")
FREE = "/?Action=GetCallerIdentity&Version=2011-06-15"
CONFUSIONS: t.Final[dict[str, Sent]] = {
    "another spelling of the media type": Sent("sts", "POST", FREE, ASSUME.encode(), {"Content-Type": FORM.title()}),
    "parts": Sent("sts", "POST", FREE, ASSUME_PARTS, {"Content-Type": LIMIT}),
    "text": Sent("sts", "POST", FREE, ASSUME.encode(), {"Content-Type": "text/plain"}),
    "a media type that begins alike": Sent(
        "sts", "POST", "/", f"{ASSUME}&Action=GetCallerIdentity".encode(), {"Content-Type": f"{FORM}X"}
    ),
    "two actions": Sent("sts", "POST", "/", f"Action=GetCallerIdentity&{ASSUME}".encode(), {"Content-Type": FORM}),
    "a header and a form": Sent(
        "sts", "POST", "/", ASSUME.encode(), {"Content-Type": FORM, "X-Amz-Target": "x.GetCallerIdentity"}
    ),
    "a header and text": Sent(
        "sts", "POST", "/", ASSUME.encode(), {"Content-Type": "text/plain", "X-Amz-Target": "x.GetCallerIdentity"}
    ),
    "a fragment": Sent("sts", "POST", f"/#{FREE[1:]}", ASSUME.encode(), {"Content-Type": FORM}),
    "no operation": Sent("sts", "POST", "/", ASSUME.replace("Action", "Act").encode(), {"Content-Type": FORM}),
    "a service in capitals": Sent("S3", "GET", "/secret/key?Action=ListAllMyBuckets"),
    "a service that begins alike": Sent("s3x", "GET", "/secret/key"),
    "another that begins alike": Sent(
        "iamx", "POST", "/", b"Action=ListUsers&Version=2010-05-08", {"Content-Type": FORM}
    ),
    "an address without a bucket": Sent("s3", "GET", "//secret/key"),
    "moto's own control": Sent("moto_api", "GET", "/data.json"),
    "the header of another service": Sent("iam", "POST", "/", b"{}", {"X-Amz-Target": "AmazonSSM.ListCommands"}),
    "two settings of a bucket": Sent("s3", "GET", "/secret?acl&policy"),
    "a setting and a part": Sent("s3", "PUT", "/secret/key?tagging&uploadId=x&partNumber=1"),
    "a setting of buckets that moto has not": Sent("s3", "DELETE", "/secret?metrics&id=x"),
    "a setting of objects that moto has not": Sent("s3", "GET", "/secret/key?retention"),
    "a method without an operation": Sent("s3", "POST", "/secret/key"),
    "CBOR": Sent(
        "monitoring",
        "POST",
        "/service/GraniteServiceVersion20100801/operation/ListDashboards",
        b"\xa0",
        {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"},
    ),
    "a form to a service of JSON": Sent("ssm", "POST", "/", b"Action=ListCommands", {"Content-Type": FORM}),
}


OF_S3: t.Final = ("two settings of a bucket", "a setting and a part", "a method without an operation")


@pytest.mark.parametrize("name", [name for name in CONFUSIONS if "moto has not" in name or name in OF_S3])
def test_what_s3_has_not_is_nothing_else(sandbox: LocalSandbox, name: str) -> None:
    """Not even for who may do everything."""
    status, body = send(sandbox, client_keys(sandbox), CONFUSIONS[name])
    assert status == (501 if "moto has not" in name else 405 if "method" in name else 400), body
    assert sandbox.client("s3").get_object(Bucket="secret", Key="key")["Body"].read() == b"TOPSECRET"


@pytest.mark.parametrize("sent", CONFUSIONS.values(), ids=CONFUSIONS)
def test_a_confusion_gets_nowhere(sandbox: LocalSandbox, keys: Keys, sent: Sent) -> None:
    status, body = send(sandbox, keys, sent)
    assert 400 <= status < 500 or status == 501
    assert "TOPSECRET" not in body
    assert "SecretAccessKey" not in body


BODIES: t.Final[dict[str, tuple[str, dict[str, t.Any]]]] = {
    "ssm": (
        "put_parameter",
        {"Name": "kept", "Value": "http://h/?a=1&Action=DeleteParameter&Name=other&b=2", "Type": "String"},
    ),
    "logs": ("create_log_group", {"logGroupName": "kept", "tags": {"x": "&Action=DeleteLogGroup&logGroupName=other&"}}),
    "events": ("put_rule", {"Name": "kept", "EventPattern": '{"source": ["&Action=DeleteRule&Name=other&"]}'}),
    "sqs": ("create_queue", {"QueueName": "kept", "tags": {"x": "&Action=DeleteQueue&QueueName=other&"}}),
}


@pytest.mark.parametrize("service", BODIES)
def test_a_text_in_a_body_names_no_operation(sandbox: LocalSandbox, service: str) -> None:
    operation, request = BODIES[service]
    asked = sandbox.client(service)
    getattr(asked, operation)(**request)
    look: dict[str, Callable[[], t.Any]] = {
        "ssm": lambda: asked.get_parameter(Name="kept")["Parameter"]["Value"],
        "logs": lambda: [one["logGroupName"] for one in asked.describe_log_groups()["logGroups"]],
        "events": lambda: [one["Name"] for one in asked.list_rules()["Rules"]],
        "sqs": lambda: [url.rpartition("/")[2] for url in asked.list_queues()["QueueUrls"]],
    }
    assert look[service]() == (request["Value"] if service == "ssm" else ["kept"])


POSTS: t.Final = {
    "a form without a policy": ("/mine", {"key": "secret/evil"}),
    "a key in the query": ("/mine?key=secret/evil", {}),
    "another operation": ("/mine?delete", {}),
}


@pytest.mark.parametrize("place", POSTS)
def test_a_post_to_a_bucket_is_a_signed_form_or_nothing(sandbox: LocalSandbox, place: str) -> None:
    writer = made_user(sandbox, f"writer-{list(POSTS).index(place)}")
    allowed = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"]}
    denied = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::mine/secret/*"}
    name = f"writer-{list(POSTS).index(place)}"
    sandbox.client("iam").put_user_policy(UserName=name, PolicyName="all", PolicyDocument=document(allowed, denied))
    sandbox.client("s3").put_object(Bucket="mine", Key="victim", Body=b"x")
    target, fields = POSTS[place]
    body, kind = multipart(fields, b"<Delete><Object><Key>victim</Key></Object></Delete>")
    status, _text = send(sandbox, writer, Sent("s3", "POST", target, body, {"Content-Type": kind}))
    assert status in {400, 403, 405}
    found = [one["Key"] for one in sandbox.client("s3").list_objects_v2(Bucket="mine")["Contents"]]
    assert "victim" in found
    assert not [key for key in found if key.startswith("secret/")]


def test_s3_control_is_not_reached_by_the_address_of_an_object(sandbox: LocalSandbox) -> None:
    place = Sent("s3", "PUT", "/v20180820/configuration/publicAccessBlock", b"<x/>")
    assert send(sandbox, client_keys(sandbox), place)[0] == 501


def test_a_service_that_is_not_there_says_so(sandbox: LocalSandbox, keys: Keys) -> None:
    status, body = send(sandbox, keys, Sent("nothing", "POST", "/", b"{}"))
    assert status == 501
    assert "NotImplemented" in body


@pytest.mark.parametrize("added", [{"User-Agent": "x region/eu-west-1"}, {"X-Moto-Account-Id": "999999999999"}])
def test_unsigned_headers_decide_nothing(sandbox: LocalSandbox, added: dict[str, str]) -> None:
    own = sandbox.environment
    keys = {"aws_access_key_id": own["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": own["AWS_SECRET_ACCESS_KEY"]}
    body = urllib.parse.urlencode({"Action": "CreateKeyPair", "KeyName": "unsigned", "Version": "2016-11-15"}).encode()
    status, text = send(sandbox, keys, Sent("ec2", "POST", "/", body, {"Content-Type": FORM}, added))
    assert status == 200, text
    ec2 = sandbox.client("ec2")
    assert [pair["KeyName"] for pair in ec2.describe_key_pairs()["KeyPairs"]] == ["unsigned"]
    ec2.delete_key_pair(KeyName="unsigned")


def form(sandbox: LocalSandbox) -> tuple[str, dict[str, str]]:
    """A form for one key of a bucket, private and of at most ten bytes."""
    conditions: list[t.Any] = [["content-length-range", 1, 10], {"acl": "private"}]
    made = sandbox.client("s3").generate_presigned_post(
        "mine", "up/ok", Fields={"acl": "private"}, Conditions=conditions
    )
    return made["url"], made["fields"]


def test_a_field_stands_once_however_it_is_spelt(sandbox: LocalSandbox) -> None:
    address, fields = form(sandbox)
    assert post(address, fields) in {200, 204}
    assert (
        post(
            address, {"key": "evil", **{name: value for name, value in fields.items() if name != "key"}, "KEY": "up/ok"}
        )
        == 400
    )
    assert post(address, {**fields, "acl": "public-read", "ACL": "private"}) == 400
    found = sandbox.client("s3").list_objects_v2(Bucket="mine", Prefix="up/").get("Contents", [])
    assert [one["Key"] for one in found] == ["up/ok"]
    assert "evil" not in str(sandbox.client("s3").list_objects_v2(Bucket="mine"))


def test_a_form_has_one_file(sandbox: LocalSandbox) -> None:
    address, fields = form(sandbox)
    body, kind = multipart(fields, b"small")
    head = b'Content-Disposition: form-data; name="file2"; filename="x"'
    more = body.replace(b"--limit--", b"--limit\r\n" + head + b"\r\n\r\nlarge enough to matter\r\n--limit--")
    request = urllib.request.Request(address, data=more, headers={"Content-Type": kind})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310
    assert refused.value.code == 400


@pytest.mark.parametrize("place", ["?delete", "?website", "/up"])
def test_a_form_goes_to_a_bucket_and_does_nothing_else(sandbox: LocalSandbox, place: str) -> None:
    address, fields = form(sandbox)
    victim = b"<Delete><Object><Key>up/ok</Key></Object></Delete>"
    assert post(f"{address.rstrip('/')}{place}", fields, victim) in {400, 403}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "a" * 60_000},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=" + "a/" * 30_000},
    ],
)
def test_a_long_header_takes_no_time(sandbox: LocalSandbox, headers: dict[str, str]) -> None:
    request = urllib.request.Request(f"{sandbox.url}/?X-Amz-Credential={'a' * 3_000}", headers=headers)  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=2)  # noqa: S310
    assert refused.value.code == 400


def test_slashes_belong_to_a_key(sandbox: LocalSandbox) -> None:
    s3 = sandbox.client("s3")
    s3.put_object(Bucket="mine", Key="/lead//double/", Body=b"x")
    assert s3.get_object(Bucket="mine", Key="/lead//double/")["Body"].read() == b"x"


def client_keys(sandbox: LocalSandbox) -> Keys:
    own = sandbox.environment
    return {"aws_access_key_id": own["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": own["AWS_SECRET_ACCESS_KEY"]}


@pytest.mark.parametrize("operation", ["get_session_token", "get_federation_token"])
def test_temporary_keys_make_no_others(sandbox: LocalSandbox, operation: str) -> None:
    sts = sandbox.client("sts")
    got = sts.get_federation_token(
        Name="guest", Policy=document({"Effect": "Allow", "Action": "sts:*", "Resource": "*"})
    )
    made = client(sandbox, "sts", temporary(got["Credentials"]))
    more = {"Name": "more"} if operation == "get_federation_token" else {}
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(made, operation)(**more)


@pytest.mark.parametrize("seconds", ["-5", "1", "99999999999999999999"])
def test_a_session_lasts_as_long_as_aws_lets_it(sandbox: LocalSandbox, seconds: str) -> None:
    body = urllib.parse.urlencode({"Action": "GetSessionToken", "DurationSeconds": seconds}).encode()
    status, text = send(sandbox, client_keys(sandbox), Sent("sts", "POST", "/", body, {"Content-Type": FORM}))
    assert status == 400
    assert "ValidationError" in text


@pytest.mark.parametrize("owner", ["user", "role"])
def test_temporary_keys_end_with_their_owner(sandbox: LocalSandbox, owner: str) -> None:
    iam = sandbox.client("iam")
    if owner == "user":
        lasting = made_user(sandbox, "gone")
        got = client(sandbox, "sts", lasting).get_session_token()["Credentials"]
    else:
        trust = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName="gone", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        got = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    keys = {
        "aws_access_key_id": got["AccessKeyId"],
        "aws_secret_access_key": got["SecretAccessKey"],
        "aws_session_token": got["SessionToken"],
    }
    client(sandbox, "sts", keys).get_caller_identity()
    if owner == "user":
        iam.delete_access_key(UserName="gone", AccessKeyId=lasting["aws_access_key_id"])
    else:
        iam.delete_role(RoleName="gone")
    with pytest.raises(Exception, match="InvalidClientTokenId"):
        client(sandbox, "sts", keys).get_caller_identity()


def test_half_a_surrogate_pair_is_no_text(sandbox: LocalSandbox) -> None:
    body = json.dumps({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["\ud800"]}}).encode()
    headers = {"X-Amz-Target": "AmazonSSM.SendCommand", "Content-Type": "application/x-amz-json-1.1"}
    status, text = send(sandbox, client_keys(sandbox), Sent("ssm", "POST", "/", body, headers))
    assert status == 400
    assert "SerializationException" in text
