# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations that clients do not sign: nobody could tell who asks, so the sandbox answers none of them."""

from __future__ import annotations

import typing as t

from . import messages

# By service, as botocore's models name them (auth or authtype: none); a unit test compares the whole with botocore.
BY_TARGET: t.Final[t.Mapping[str, frozenset[str]]] = {
    "AWSCognitoIdentityService": frozenset(
        {"GetCredentialsForIdentity", "GetId", "GetOpenIdToken", "UnlinkIdentity"},
    ),
    "AWSCognitoIdentityProviderService": frozenset(
        {
            "AssociateSoftwareToken",
            "ChangePassword",
            "CompleteWebAuthnRegistration",
            "ConfirmDevice",
            "ConfirmForgotPassword",
            "ConfirmSignUp",
            "DeleteUser",
            "DeleteUserAttributes",
            "DeleteWebAuthnCredential",
            "ForgetDevice",
            "ForgotPassword",
            "GetDevice",
            "GetTokensFromRefreshToken",
            "GetUser",
            "GetUserAttributeVerificationCode",
            "GetUserAuthFactors",
            "GlobalSignOut",
            "InitiateAuth",
            "ListDevices",
            "ListUserSessions",
            "ListWebAuthnCredentials",
            "ResendConfirmationCode",
            "RespondToAuthChallenge",
            "RevokeToken",
            "RevokeUserSession",
            "SetUserMFAPreference",
            "SetUserSettings",
            "SignUp",
            "StartWebAuthnRegistration",
            "UpdateAuthEventFeedback",
            "UpdateDeviceStatus",
            "UpdateUserAttributes",
            "VerifySoftwareToken",
            "VerifyUserAttribute",
        }
    ),
}
BY_ACTION: t.Final = frozenset({"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"})
BY_PATH: t.Final[t.Mapping[tuple[str, str], str]] = {
    ("POST", "/v1/token"): "CreateOAuth2Token",
    ("GET", "/federation/credentials"): "GetRoleCredentials",
    ("GET", "/assignment/roles"): "ListAccountRoles",
    ("GET", "/assignment/accounts"): "ListAccounts",
    ("POST", "/logout"): "Logout",
    ("POST", "/token"): "CreateToken",
    ("POST", "/client/register"): "RegisterClient",
    ("POST", "/device_authorization"): "StartDeviceAuthorization",
}


def operation_of(request: messages.Request, *, is_signed: bool) -> str:
    """The operation among those above that a request asks for; "" when it asks for none of them."""
    prefix, _dot, operation = request.headers.get("x-amz-target", "").rpartition(".")
    if operation in BY_TARGET.get(prefix, ()):
        return operation
    action = messages.action_of(request)
    if action in BY_ACTION:
        return action
    # A signed request for one of these paths is about an object of S3.
    return "" if is_signed else BY_PATH.get((request.method, request.path), "")
