"""Functions act as their role: each gets a session of it, as on AWS, where stock ministack gives them the account.

The guard, to which AWS_ENDPOINT_URL points, decides what the session may do.
"""

import secrets
import threading

from ministack.core import lambda_runtime
from ministack.core.lambda_runtime import _account_region_from_function_config
from ministack.services import sts

_sessions: dict[tuple[str, str], dict[str, str]] = {}
_lock = threading.Lock()


def apply() -> None:
    lambda_runtime.execution_credentials = _credentials


def _credentials(config: dict) -> dict[str, str]:
    account, _region = _account_region_from_function_config(config)
    key = (config["FunctionArn"], config["Role"])
    with _lock:
        if key not in _sessions:
            _sessions[key] = _session(account, config["Role"], config["FunctionName"])
        return dict(_sessions[key])


def _session(account: str, role_arn: str, function_name: str) -> dict[str, str]:
    role = role_arn.rsplit("/", 1)[-1]
    access_key = f"ASIA{secrets.token_hex(8).upper()}"
    secret, token = secrets.token_urlsafe(30), secrets.token_urlsafe(48)
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{function_name[:64]}",
            "UserId": f"{role}:{function_name[:64]}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
            "Service": "lambda.amazonaws.com",
        },
    )
    return {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
