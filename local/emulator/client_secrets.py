"""Two secrets of one client of a Cognito user pool, which ministack does not know.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
"""

import hmac
import json
import time

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import cognito

MOST = 2

_stock_dispatch = cognito._dispatch_idp
_stock_authenticate = cognito._authenticate_client


def apply() -> None:
    cognito._dispatch_idp = _dispatch
    cognito._authenticate_client = _authenticate


async def _dispatch(action, data):
    operation = OPERATIONS.get(action)
    if operation is None:
        return await _stock_dispatch(action, data)
    pool, problem = cognito._resolve_pool(data.get("UserPoolId"))
    if problem:
        return problem
    client = pool["_clients"].get(data.get("ClientId"))
    if client is None:
        return error_response_json("ResourceNotFoundException", "User pool client does not exist.", 400)
    return operation(client, data)


def _secrets_of(client):
    """All that count; the one that the client was made with is the first. Stock looks at `ClientSecret` alone."""
    if "_secrets" not in client:
        first = client.get("ClientSecret")
        client["_secrets"] = [] if first is None else [_made(client, first, client["CreationDate"])]
    return client["_secrets"]


def _made(client, value, at):
    return {"id": f"{client['ClientId']}--{new_uuid()}", "value": value, "at": at}


def _described(secret):
    return {"ClientSecretId": secret["id"], "ClientSecretCreateDate": secret["at"]}


def _add(client, data):
    there = _secrets_of(client)
    if len(there) >= MOST:
        return error_response_json("LimitExceededException", "A client has two secrets at most.", 400)
    secret = _made(client, data.get("ClientSecret") or cognito._client_secret(), time.time())
    there.append(secret)
    client["ClientSecret"] = there[0]["value"]
    # Said once, and never again.
    return json_response({"ClientSecretDescriptor": {**_described(secret), "ClientSecretValue": secret["value"]}})


def _delete(client, data):
    there = _secrets_of(client)
    left = [each for each in there if each["id"] != data.get("ClientSecretId")]
    if len(left) == len(there):
        return error_response_json("ResourceNotFoundException", "Client secret does not exist.", 400)
    if not left:
        return error_response_json("InvalidParameterException", "A client keeps one secret.", 400)
    client["_secrets"] = left
    client["ClientSecret"] = left[0]["value"]
    return json_response({})


def _list(client, _data):
    return json_response({"ClientSecrets": [_described(each) for each in _secrets_of(client)]})


OPERATIONS = {
    "AddUserPoolClientSecret": _add,
    "DeleteUserPoolClientSecret": _delete,
    "ListUserPoolClientSecrets": _list,
}


def _authenticate(headers, form):
    """Any secret that counts is as good as the one that stock compares with."""
    client_id, given = _stock_authenticate(headers, form)
    for pool in cognito._user_pools.all_values():
        client = pool["_clients"].get(client_id)
        if client is None or client.get("ClientSecret") is None:
            continue
        if any(hmac.compare_digest(each["value"].encode(), given.encode()) for each in _secrets_of(client)):
            return client_id, client["ClientSecret"]
    return client_id, given
