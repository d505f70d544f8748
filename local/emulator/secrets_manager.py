"""Secrets Manager as its pages say, where ministack does less: rotation by a function, and staging labels.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

import contextvars
import json
import logging
import threading
import time

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import lambda_svc, secretsmanager

log = logging.getLogger("rotation")

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

_stock_get = secretsmanager._get_secret_value
_stock_put = secretsmanager._put_secret_value
_stock_handle = secretsmanager.handle_request
# One rotation of a secret at a time, by its ARN.
_running: dict[str, threading.Thread] = {}


def apply() -> None:
    secretsmanager._get_secret_value = _get
    secretsmanager._put_secret_value = _put
    secretsmanager._rotate_secret = rotate
    secretsmanager.handle_request = _handle


async def _handle(method, path, headers, body, query_params):
    if headers.get("x-amz-target", "").endswith(".CancelRotateSecret"):
        return _cancel(json.loads(body or b"{}"))
    return await _stock_handle(method, path, headers, body, query_params)


def _get(data):
    """A version that carries another label, or that has no value yet, is not found."""
    response = _stock_get(data)
    if response[0] != 200:
        return response
    found = json.loads(response[2])
    wanted = data.get("VersionStage")
    if data.get("VersionId") and wanted and wanted not in found["VersionStages"]:
        return _not_found(f"VersionId: {data['VersionId']} with staging label: {wanted}")
    if "SecretString" not in found and "SecretBinary" not in found:
        return _not_found(f"VersionId: {found['VersionId']}")
    return response


def _put(data):
    """A version never changes its value; a label is on one version; the first value becomes current."""
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if secret is None or secret.get("DeletedDate"):
        return _stock_put(data)
    token = data.get("ClientRequestToken")
    existing = secret["Versions"].get(token) if token else None
    kept = list(existing["Stages"]) if existing else []
    if existing and (existing.get("SecretString"), existing.get("SecretBinary")) != (None, None):
        same = all(existing.get(each) == data.get(each) for each in ("SecretString", "SecretBinary"))
        if not same:
            return error_response_json(
                "ResourceExistsException", "A resource with the ID you requested already exists.", 400
            )
        return json_response(
            {"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": token, "VersionStages": kept}
        )
    first = not any(
        each.get("SecretString") is not None or each.get("SecretBinary") is not None
        for each in secret["Versions"].values()
    )
    response = _stock_put(data)
    version_id = json.loads(response[2])["VersionId"]
    version = secret["Versions"][version_id]
    for label in dict.fromkeys([*version["Stages"], *kept]):
        _attach(secret, version_id, label)
    if first:
        _attach(secret, version_id, "AWSCURRENT")
    return json_response(
        {"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version_id, "VersionStages": version["Stages"]}
    )


def _attach(secret, version_id, label):
    for other_id, other in secret["Versions"].items():
        if other_id != version_id and label in other["Stages"]:
            other["Stages"] = [each for each in other["Stages"] if each != label]
    stages = secret["Versions"][version_id]["Stages"]
    if label not in stages:
        stages.append(label)


def rotate(data):
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if secret is None:
        return _not_found("secret")
    if secret.get("DeletedDate"):
        return _invalid("You can't perform this operation on the secret because it was marked for deletion.")
    function = data.get("RotationLambdaARN") or secret.get("RotationLambdaARN")
    if not function:
        return _invalid("No Lambda rotation function ARN is associated with this secret.")
    if lambda_svc._get_func_record_for_ref(function)[0] is None:
        return _not_found(f"rotation function {function}")
    secret["RotationLambdaARN"] = function
    secret["RotationRules"] = data.get("RotationRules") or secret.get("RotationRules")
    secret["RotationEnabled"] = True
    pending, current = _holder(secret, "AWSPENDING"), _holder(secret, "AWSCURRENT")
    if pending is not None and pending != current:
        _start(secret, function, pending)
        return _invalid("A previous rotation isn't complete. That rotation will be reattempted.")
    token = data.get("ClientRequestToken") or new_uuid()
    if data.get("RotateImmediately", True):
        # Where the current version still carries the label, the new one takes it.
        secret["Versions"].setdefault(
            token, {"SecretString": None, "SecretBinary": None, "CreatedDate": int(time.time()), "Stages": []}
        )
        _attach(secret, token, "AWSPENDING")
        _start(secret, function, token)
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": token})


def _cancel(data):
    """Stops rotation. The label AWSPENDING stays where it is."""
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if secret is None:
        return _not_found("secret")
    secret["RotationEnabled"] = False
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": _holder(secret, "AWSPENDING")})


def _start(secret, function, token):
    running = _running.get(secret["ARN"])
    if running is not None and running.is_alive():
        return
    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(_run, secret, function, token), daemon=True)
    _running[secret["ARN"]] = thread
    thread.start()


def _run(secret, function, token):
    for step in STEPS:
        record, config, _ = lambda_svc._get_func_record_for_ref(function)
        if record is None:
            log.error("rotation of %s: the function is gone", secret["Name"])
            return
        event = {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": token}
        result = lambda_svc._execute_function_with_config_scope(
            lambda_svc._execution_record_for_config(record, config), event
        )
        if isinstance(result, dict) and (result.get("error") or result.get("throttle")):
            # The error of a function may hold anything: its name only.
            body = result.get("body")
            name = body.get("errorType") if isinstance(body, dict) else None
            log.error("rotation of %s: %s failed (%s)", secret["Name"], step, name)
            return
    secret["LastRotatedDate"] = int(time.time())


def is_rotating(arn: str) -> bool:
    thread = _running.get(arn)
    return thread is not None and thread.is_alive()


def _holder(secret, label):
    return next((key for key, each in secret["Versions"].items() if label in each["Stages"]), None)


def _not_found(what):
    return error_response_json(
        "ResourceNotFoundException", f"Secrets Manager can't find the specified secret value: {what}.", 400
    )


def _invalid(message):
    return error_response_json("InvalidRequestException", message, 400)
