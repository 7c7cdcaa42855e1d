# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures of requests: found, and computed again with botocore's own signers. Pure.

Sources: IAM user guide, "AWS Signature Version 4 for API requests"; Amazon S3 API reference, "Authenticating Requests
(AWS Signature Version 4)"; for version 2, Amazon S3 user guide, "Signing and authenticating REST requests".
"""

from __future__ import annotations

import calendar
import datetime
import email.utils
import hashlib
import hmac
import re
import typing as t
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

from botocore.auth import (
    HmacV1QueryAuth,
    S3SigV4Auth,
    S3SigV4QueryAuth,
    SigV4Auth,
    SigV4QueryAuth,
)
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from . import post_policies
from .errors import ApiError
from .messages import CBOR_PATH, SERVICE_OF_TARGET
from .refusals import Reason, Refusal

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .messages import Request

ALGORITHM: t.Final = "AWS4-HMAC-SHA256"
S3: t.Final = "s3"
# How far the clock of a client may be off.
SKEW_SECONDS: t.Final = 300
S3_SKEW_SECONDS: t.Final = 900
LONGEST_LIFETIME_SECONDS: t.Final = 604_800
UNSIGNED_PAYLOADS: t.Final = frozenset({"UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})
_TIMESTAMP: t.Final = "%Y%m%dT%H%M%SZ"
_SCOPE: t.Final = re.compile(r"([A-Za-z0-9]{1,128})/([0-9]{8})/([a-z0-9-]{1,64})/([a-z0-9-]{1,64})/aws4_request")
# What a signature of version 2 covers, and what may stand beside it: nothing that names another operation.
_LEGACY_NAMES: t.Final = frozenset(HmacV1QueryAuth.QSAOfInterest)
_LEGACY_FREE: t.Final = re.compile(
    r"(AWSAccessKeyId|Signature|Expires|content-type|content-md5|prefix|delimiter|marker|max-keys|list-type|x-id)$|x-amz-"
)
_NUMBER: t.Final = re.compile(r"[0-9]{1,12}")
_MISMATCH: t.Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


class Credential(t.NamedTuple):
    """Whose key signed, and for which day, region and service; the latter are "" in a signature of version 2."""

    access_key_id: str
    date: str
    region: str
    service: str


class Signature(t.Protocol):
    """A signature as a request carries it."""

    @property
    def credential(self) -> Credential:
        """Who claims to have signed."""

    @property
    def token(self) -> str:
        """The session token that came with it; "" for none."""

    def verify(self, secret: str, now: float) -> None:
        """Refusal unless the secret made the signature and it is in time; now: seconds since the epoch."""


def read(request: Request) -> Signature | None:
    """The signature of a request, None when it has none.

    :raises Refusal: it has one that cannot be read.
    :raises ApiError: it has one of a kind that the sandbox does not verify.
    """
    query = _single_values(request.query)
    header = request.headers.get("authorization", "")
    is_presigned = "X-Amz-Signature" in query or "X-Amz-Credential" in query
    is_legacy = "AWSAccessKeyId" in query and "Signature" in query
    if bool(header) + is_presigned + is_legacy > 1:
        raise Refusal(Reason.MALFORMED, "Only one authentication mechanism is allowed in a request.")
    if header:
        return HeaderSignature(request, header)
    if is_presigned:
        return QuerySignature(request, query)
    if is_legacy:
        return LegacyQuerySignature(request, query)
    form = post_policies.read_form(request)
    return FormSignature(request, form) if form else None


def claimed_service(request: Request) -> str:
    """The service that a request says it is for, verified or not; "" when it does not say."""
    header = request.headers.get("authorization", "").partition("Credential=")[2]
    in_query = parse_qs(request.query).get("X-Amz-Credential", [""])[0] if "X-Amz-Credential" in request.query else ""
    match = _SCOPE.fullmatch(header.partition(",")[0].strip() or in_query)
    if match:
        return match[4]
    cbor = CBOR_PATH.fullmatch(request.path)
    prefix = cbor[1] if cbor else request.headers.get("x-amz-target", "").rpartition(".")[0]
    return SERVICE_OF_TARGET.get(prefix, "")


def _single_values(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    values = dict(pairs)
    repeated = [name for name, _value in pairs if name.startswith("X-Amz-")]
    if len(repeated) != len(set(repeated)):
        raise Refusal(Reason.MALFORMED, "A parameter of the signature is given more than once.")
    return values


def parse_scope(text: str) -> Credential:
    """KEY/DATE/REGION/SERVICE/aws4_request; Refusal for anything else."""
    match = _SCOPE.fullmatch(text)
    if not match:
        raise Refusal(Reason.MALFORMED, "Credential must have five slash-separated elements and end with aws4_request.")
    return Credential(*match.groups())


class _Rebuilt(t.NamedTuple):
    """What botocore's signers read of a request, without the making of one that could be sent."""

    method: str
    url: str
    params: list[tuple[str, str]]
    headers: _Headers
    context: dict[str, str]


class _Headers(dict[str, str]):
    """Headers by their names in lower case."""

    def get_all(self, name: str) -> list[str]:
        """The value of one, in a list."""
        return [self[name]]


class _SignedHeaders:
    """What the signers of botocore are told otherwise: which headers were signed, and what of the body."""

    def headers_to_sign(self, request: t.Any) -> t.Any:
        """Those the client says it has signed, no more and no fewer."""
        return request.headers

    def payload(self, request: t.Any) -> str:
        """The digest that was compared with the body before."""
        return str(request.context["payload"])


class _Header(_SignedHeaders, SigV4Auth): ...


class _S3Header(_SignedHeaders, S3SigV4Auth): ...


class _Query(_SignedHeaders, SigV4QueryAuth): ...


class _S3Query(_SignedHeaders, S3SigV4QueryAuth): ...


class HeaderSignature:
    """Version 4 in the header Authorization."""

    def __init__(self, request: Request, header: str) -> None:
        algorithm, _space, rest = header.partition(" ")
        if algorithm != ALGORITHM:
            raise _unknown_algorithm(algorithm)
        parts = dict(_assignment(part) for part in rest.split(","))
        missing = {"Credential", "SignedHeaders", "Signature"} - parts.keys()
        if missing:
            raise Refusal(Reason.MALFORMED, f"Authorization header requires '{min(missing)}' parameter.")
        self._request = request
        self._names = tuple(parts["SignedHeaders"].split(";"))
        self._value = parts["Signature"]
        self.credential = parse_scope(parts["Credential"])
        self.token = request.headers.get("x-amz-security-token", "")

    def verify(self, secret: str, now: float) -> None:
        """Refusal unless the secret made the signature, some minutes ago at most."""
        stamp = self._stamp()
        _check_stamp(self.credential, stamp)
        allowed = S3_SKEW_SECONDS if self.credential.service == S3 else SKEW_SECONDS
        _check_age(stamp, now, allowed)
        signed = _Signed(self._request, self._names, self._request.query, _payload(self._request, self.credential))
        signer = _S3Header if self.credential.service == S3 else _Header
        _compare(signed.signature(signer, self.credential, secret, stamp), self._value)

    def _stamp(self) -> str:
        given = self._request.headers.get("x-amz-date")
        if given:
            return given
        try:
            date = email.utils.parsedate_to_datetime(self._request.headers.get("date", ""))
            return date.astimezone(datetime.UTC).strftime(_TIMESTAMP)
        except (ValueError, OverflowError):
            message = "Authorization header requires existence of a 'X-Amz-Date' or 'Date' header."
            raise Refusal(Reason.MALFORMED, message) from None


class QuerySignature:
    """Version 4 in the query: a presigned address."""

    def __init__(self, request: Request, query: Mapping[str, str]) -> None:
        # Only S3 insists on X-Amz-Expires.
        for name in ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature"):
            if not query.get(name):
                raise Refusal(Reason.MALFORMED, f"AWS query-string parameters must include '{name}'.")
        if query["X-Amz-Algorithm"] != ALGORITHM:
            raise _unknown_algorithm(query["X-Amz-Algorithm"])
        self._request = request
        self._names = tuple(query["X-Amz-SignedHeaders"].split(";"))
        self._value = query["X-Amz-Signature"]
        self._stamp = query["X-Amz-Date"]
        self._lifetime = _lifetime(query.get("X-Amz-Expires", str(S3_SKEW_SECONDS)))
        self._declared = query.get("X-Amz-Content-Sha256", "")
        self.credential = parse_scope(query["X-Amz-Credential"])
        self.token = query.get("X-Amz-Security-Token", "")

    def verify(self, secret: str, now: float) -> None:
        """Refusal unless the secret made the signature and the address has not expired."""
        _check_stamp(self.credential, self._stamp)
        if now > _seconds(self._stamp) + self._lifetime:
            raise Refusal(Reason.EXPIRED_URL, "Request has expired")
        if _seconds(self._stamp) > now + S3_SKEW_SECONDS:
            raise Refusal(Reason.TOO_OLD, f"Signature not yet current: {self._stamp}")
        is_s3 = self.credential.service == S3
        payload = _payload(self._request, self.credential, self._declared or ("UNSIGNED-PAYLOAD" if is_s3 else ""))
        query = "&".join(pair for pair in self._request.query.split("&") if not pair.startswith("X-Amz-Signature="))
        signed = _Signed(self._request, self._names, query, payload)
        _compare(signed.signature(_S3Query if is_s3 else _Query, self.credential, secret, self._stamp), self._value)


class LegacyQuerySignature:
    """Version 2 in the query, as boto3 presigns addresses of S3 by default."""

    def __init__(self, request: Request, query: Mapping[str, str]) -> None:
        self._request = request
        self._query = query
        self._value = query["Signature"]
        self._expires = query.get("Expires", "")
        if not _NUMBER.fullmatch(self._expires):
            raise Refusal(
                Reason.MALFORMED, "Query-string authentication requires a parameter Expires that is a number."
            )
        unsigned = sorted(name for name in query if name not in _LEGACY_NAMES and not _LEGACY_FREE.match(name))
        if unsigned:
            raise Refusal(Reason.OUTSIDE_POLICY, f"Signatures of version 2 do not cover the parameter {unsigned[0]}.")
        self.credential = Credential(query["AWSAccessKeyId"], "", "", S3)
        self.token = query.get("x-amz-security-token", "")

    def verify(self, secret: str, now: float) -> None:
        """Refusal unless the secret made the signature and the address has not expired."""
        if now > int(self._expires):
            raise Refusal(Reason.EXPIRED_URL, "Request has expired")
        signer = _LegacyQuery(Credentials(self.credential.access_key_id, secret), int(self._expires))
        address = urlsplit(f"http://sandbox{self._request.target}")
        text = signer.canonical_string(self._request.method, address, self._headers())
        _compare(signer.sign_string(text), self._value)

    def _headers(self) -> t.Any:
        # What botocore signs as headers it writes into the query, and a client may send it as headers too.
        merged = {**self._query, **self._request.headers}
        headers = HTTPHeaders()
        for name, value in merged.items():
            if name.startswith("x-amz-") or name in {"content-type", "content-md5"}:
                headers[name] = value
        return headers


class _LegacyQuery(HmacV1QueryAuth):
    """A signer for an address that expires at a moment given, in seconds since the epoch."""

    def __init__(self, credentials: Credentials, moment: int) -> None:
        super().__init__(credentials)
        self._moment = moment

    def _get_date(self) -> str:
        return str(self._moment)


class FormSignature:
    """A signed policy in a form that uploads an object to S3, of version 4 or 2."""

    def __init__(self, request: Request, form: post_policies.Form) -> None:
        self._form = form
        self._request = request
        fields = form.fields
        self._is_v4 = "x-amz-signature" in fields
        if self._is_v4 and fields.get("x-amz-algorithm") != ALGORITHM:
            raise _unknown_algorithm(fields.get("x-amz-algorithm", ""))
        key_id = fields.get("awsaccesskeyid", "")
        scope = fields.get("x-amz-credential", "")
        self.credential = parse_scope(scope) if self._is_v4 else Credential(key_id, "", "", S3)
        self.token = fields.get("x-amz-security-token", "")

    def verify(self, secret: str, now: float) -> None:
        """Refusal unless the secret signed the policy, and the policy allows the form."""
        policy = self._form.fields["policy"]
        credentials = Credentials(self.credential.access_key_id, secret)
        if self._is_v4:
            stamp = self._form.fields.get("x-amz-date", "")
            _check_stamp(self.credential, stamp)
            signer = S3SigV4Auth(credentials, self.credential.service, self.credential.region)
            stamped = AWSRequest()
            stamped.context["timestamp"] = stamp
            _compare(signer.signature(policy, stamped), self._form.fields["x-amz-signature"])
        else:
            _compare(HmacV1QueryAuth(credentials).sign_string(policy), self._form.fields["signature"])
        post_policies.check(self._form, now)


class _Signed(t.NamedTuple):
    """The part of a request that a signature of version 4 is about."""

    request: Request
    names: tuple[str, ...]
    query: str
    payload: str

    def signature(self, signer: type[SigV4Auth], credential: Credential, secret: str, stamp: str) -> str:
        """The signature that the secret makes."""
        _check_signed_headers(self.request, self.names)
        path = self.request.target.partition("?")[0]
        # AWS decodes what it gets: it does not matter which characters a client or a proxy has encoded.
        canonical = quote(unquote(path)) if credential.service == S3 else path
        pairs = [pair.partition("=") for pair in self.query.split("&") if pair]
        rebuilt: t.Any = _Rebuilt(
            method=self.request.method,
            url=f"http://sandbox{canonical}",
            params=[(unquote(name), unquote(value)) for name, _equals, value in pairs],
            headers=_Headers((name, _utf8(self.request.headers[name])) for name in self.names),
            context={"timestamp": stamp, "payload": self.payload},
        )
        mirror = signer(Credentials(credential.access_key_id, secret), credential.service, credential.region)
        return mirror.signature(mirror.string_to_sign(rebuilt, mirror.canonical_request(rebuilt)), rebuilt)


def _check_signed_headers(request: Request, names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in request.headers]
    if missing:
        raise Refusal(Reason.WRONG_SIGNATURE, f"The signed header {missing[0]!r} is not in the request.")
    if "host" not in names:
        raise Refusal(Reason.WRONG_SIGNATURE, "'Host' must be a 'SignedHeader' in the AWS Authorization.")
    unsigned = sorted(name for name in request.headers if name.startswith("x-amz-") and name not in names)
    if unsigned:
        message = f"There were headers present in the request which were not signed: {', '.join(unsigned)}"
        raise Refusal(Reason.OUTSIDE_POLICY, message)


def _payload(request: Request, credential: Credential, declared: str = "") -> str:
    """What the signature says of the body: its digest, or that it is not signed, which only S3 takes."""
    declared = declared or request.headers.get("x-amz-content-sha256", "")
    if credential.service == S3:
        if declared in UNSIGNED_PAYLOADS:
            return declared
        if declared.startswith("STREAMING-"):
            raise ApiError("NotImplemented", f"The sandbox does not verify bodies signed as {declared}.", status=501)
    actual = hashlib.sha256(request.body).hexdigest()
    if declared and declared != actual:
        raise Refusal(Reason.WRONG_PAYLOAD, "The header x-amz-content-sha256 does not match what was computed.")
    return actual


def _check_stamp(credential: Credential, stamp: str) -> None:
    _seconds(stamp)
    if stamp[:8] != credential.date:
        raise Refusal(
            Reason.WRONG_SIGNATURE,
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{credential.date}' != '{stamp[:8]}', from '{stamp}'.",
        )


def _check_age(stamp: str, now: float, allowed: float) -> None:
    age = now - _seconds(stamp)
    if abs(age) <= allowed:
        return
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC).strftime(_TIMESTAMP)
    said = f"expired: {stamp} is now earlier than" if age > 0 else f"not yet current: {stamp} is still later than"
    sign = "-" if age > 0 else "+"
    raise Refusal(Reason.TOO_OLD, f"Signature {said} {moment} ({moment} {sign} {allowed // 60:.0f} min.)")


def _seconds(stamp: str) -> float:
    try:
        return calendar.timegm(datetime.datetime.strptime(stamp, _TIMESTAMP).timetuple())
    except ValueError:
        raise Refusal(Reason.MALFORMED, f"Date must be in ISO-8601 'basic format'. Got '{stamp}'.") from None


def _lifetime(text: str) -> int:
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= LONGEST_LIFETIME_SECONDS:
        raise Refusal(Reason.MALFORMED, f"X-Amz-Expires must be a number from 1 to {LONGEST_LIFETIME_SECONDS}")
    return int(text)


def _unknown_algorithm(algorithm: str) -> Exception:
    if algorithm.startswith("AWS4-"):
        return ApiError("NotImplemented", f"The sandbox does not verify signatures of {algorithm}.", status=501)
    return Refusal(Reason.MALFORMED, f"The authorization mechanism is not supported. Please use {ALGORITHM}.")


def _assignment(text: str) -> tuple[str, str]:
    name, _equals, value = text.strip().partition("=")
    return name, value


def _utf8(value: str) -> str:
    # WSGI gives headers as latin-1, clients sign and send UTF-8.
    return value.encode("latin-1").decode("utf-8", errors="replace")


def _compare(computed: str, given: str) -> None:
    if not hmac.compare_digest(computed.encode(), given.encode()):
        raise Refusal(Reason.WRONG_SIGNATURE, _MISMATCH)
