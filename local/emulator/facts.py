"""What the guard decides by, read from the stores of the emulator at the time of the request.

Served to whoever knows the token of this run, on a port of its own: one question a line, answered in order. HTTP would
cost ten times as much, several times for each request that is decided on.
"""

import asyncio
import hmac
import json
import os
import secrets
import time

from ministack import app as emulator
from ministack.core.responses import request_scope
from ministack.services import apigateway_v1, dynamodb, iam, kms, lambda_svc, s3, secretsmanager, sns, sts
from ministack.services.cloudformation import _stacks as stacks

import cloudformation
import secrets_manager
import trail

LONGEST_LINE = 2**26


def apply() -> None:
    stock = emulator.app

    async def app(scope, receive, send):
        # In the loop of the emulator: nothing changes while a question is answered.
        if scope["type"] == "lifespan":
            port = int(os.environ["BULKHEAD_FACTS_PORT"])
            await asyncio.start_server(_serve, "127.0.0.1", port, limit=LONGEST_LINE)
        await stock(scope, receive, send)

    emulator.app = app


async def _serve(reader, writer):
    token = os.environ["BULKHEAD_RUN_TOKEN"].encode()
    try:
        if not hmac.compare_digest((await reader.readline()).strip(), token):
            return
        while line := await reader.readline():
            writer.write(json.dumps(_answer(json.loads(line))).encode() + b"\n")
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def _answer(asked):
    try:
        if asked["question"] in REPORTS:
            return {"answer": REPORTS[asked["question"]](asked["body"])}
        return {"answer": QUESTIONS[asked["question"]](asked["query"])}
    except Exception as error:  # noqa: BLE001 - what cannot be read is refused by the guard
        return {"error": f"{type(error).__name__}: {error}"}


def _arn(query):
    _, _, service, region, account, resource = query["arn"].split(":", 5)
    return service, region, account, resource


def _key(query):
    """Who holds an access key, and its secret."""
    key = query["id"]
    session = sts._sessions.get(key)
    if session is not None:
        return {
            "arn": session["Arn"],
            "secret": session["SecretAccessKey"],
            "token": session["SessionToken"],
            "expires": session.get("Expiration"),
            "issued": session.get("IssuedAt"),
            "tags": session.get("SessionTags") or [],
            "policies": session.get("SessionPolicies"),
            "sourceIdentity": _source_identity(session),
            "service": session.get("Service"),
            "principal": _principal_of_session(session["Arn"]),
        }
    for (account, stored), record in list(iam._access_keys._data.items()):
        if stored == key and record.get("Status", "Active") == "Active":
            user = iam._users.get_scoped(account, None, record["UserName"])
            return {"arn": user["Arn"], "secret": record["SecretAccessKey"], "principal": _user({"arn": user["Arn"]})}
    return None


def _principal_of_session(arn):
    """The role of a session, whose ARN leaves out the role's path."""
    _service, _region, account, resource = _arn({"arn": arn})
    kind, role = resource.split("/")[:2]
    return _role({"arn": f"arn:aws:iam::{account}:role/{role}", "session": "yes"}) if kind == "assumed-role" else None


def _source_identity(session):
    """It stays with every session that a session begets."""
    seen = set()
    while session is not None and id(session) not in seen:
        if session.get("SourceIdentity"):
            return session["SourceIdentity"]
        seen.add(id(session))
        session = sts._sessions.get(session.get("SourceAccessKeyId"))
    return None


def _sign_in(query):
    """A session of a role, whose trust policy the guard has asked before."""
    _service, _region, account, resource = _arn(query)
    role = resource.rsplit("/", 1)[-1]
    access_key, secret, token = f"ASIA{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30), secrets.token_urlsafe(48)
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{query['session']}",
            "UserId": f"{role}:{query['session']}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": time.time() + float(query["seconds"]),
            "SourceIdentity": query.get("sourceIdentity"),
            "AccountId": account,
            "PrincipalType": "AssumedRole",
        },
    )
    return {"accessKeyId": access_key, "secretAccessKey": secret, "sessionToken": token}


def _document(stored):
    return json.loads(stored) if isinstance(stored, str) else stored


def _managed(account, arn):
    """The default version of a managed policy; `null` where the emulator does not know it."""
    record = iam._policies.get_scoped(account, None, arn)
    if record is None:
        return {"arn": arn, "document": None}
    version = record["Versions"][record["DefaultVersionId"]]
    return {"arn": arn, "document": _document(version["Document"])}


def _role(query):
    _service, _region, account, resource = _arn(query)
    record = iam._roles.get_scoped(account, None, resource.rsplit("/", 1)[-1])
    if record is None or record["Arn"] != query["arn"] and not query.get("session"):
        return None
    boundary = record.get("PermissionsBoundary")
    return {
        "arn": record["Arn"],
        "name": record["RoleName"],
        "path": record.get("Path", "/"),
        "tags": record.get("Tags", []),
        "trust": _document(record["AssumeRolePolicyDocument"]),
        "inline": {name: _document(each) for name, each in record["InlinePolicies"].items()},
        "managed": [_managed(account, each) for each in record["AttachedPolicies"]],
        "boundary": _managed(account, boundary) if boundary else None,
    }


def _user(query):
    _service, _region, account, resource = _arn(query)
    name = resource.rsplit("/", 1)[-1]
    record = iam._users.get_scoped(account, None, name)
    if record is None:
        return None
    if record.get("Groups") or record.get("AttachedPolicies"):
        raise ValueError("groups and managed policies of users are not read here")
    inline = iam._user_inline_policies.get_scoped(account, None, name) or {}
    boundary = record.get("PermissionsBoundary")
    return {
        "arn": record["Arn"],
        "name": name,
        "path": record.get("Path", "/"),
        "tags": record.get("Tags", []),
        "inline": {key: _document(each) for key, each in inline.items()},
        "managed": [],
        "boundary": _managed(account, boundary) if boundary else None,
    }


def _secret(query):
    with request_scope(query["account"], query["region"]):
        _, record = secretsmanager._resolve(query["id"])
        if record is None:
            return None
        return {
            "arn": record["ARN"],
            "name": record["Name"],
            "kmsKey": record.get("KmsKeyId"),
            "tags": record.get("Tags", []),
            "policy": _document(secretsmanager._resource_policies.get(record["ARN"])),
            "versions": {key: each["Stages"] for key, each in record["Versions"].items()},
            "rotationEnabled": record.get("RotationEnabled", False),
            "rotating": secrets_manager.is_rotating(record["ARN"]),
        }


def _secrets(query):
    return [each["ARN"] for _, each in secretsmanager._secrets.items_scoped(query["account"], query["region"])]


def _kms_key(query):
    with request_scope(query["account"], query["region"]):
        record = kms._resolve_key(query["id"])
        if record is None:
            return None
        tags = [{"Key": each["TagKey"], "Value": each["TagValue"]} for each in record.get("Tags", [])]
        return {
            "arn": record["Arn"],
            "tags": tags,
            "policy": _document(record["Policy"]),
            "enabled": record.get("KeyState") == "Enabled",
        }


def _bucket(query):
    for (account, name), record in list(s3._buckets._data.items()):
        if name == query["name"]:
            return {
                "name": name,
                "account": account,
                "region": record.get("region"),
                "policy": _document(s3._bucket_policies.get_scoped(account, None, name)),
                "encryption": cloudformation.bucket_keys.get(name),
            }
    return None


def _function(query):
    record = lambda_svc._functions.get_scoped(query["account"], query["region"], query["name"])
    if record is None:
        return None
    tags = [{"Key": key, "Value": value} for key, value in (record.get("tags") or {}).items()]
    policy = record.get("policy") or {}
    return {"tags": tags, "policy": policy if policy.get("Statement") else None}


def _topic(query):
    _service, region, account, _name = _arn(query)
    record = sns._topics.get_scoped(account, region, query["arn"])
    if record is None:
        return None
    attributes = record["attributes"]
    return {"policy": _document(attributes.get("Policy")), "kmsKey": attributes.get("KmsMasterKeyId")}


def _api_key_tags(query):
    record = apigateway_v1._api_keys.get_scoped(query["account"], query["region"], query["id"])
    if record is None:
        return None
    return [{"Key": key, "Value": value} for key, value in (record.get("tags") or {}).items()]


def _partition_key(query):
    _service, region, account, resource = _arn(query)
    record = dynamodb._tables.get_scoped(account, region, resource.removeprefix("table/"))
    return None if record is None else record["pk_name"]


def _api(query):
    for (account, region, api_id), record in list(apigateway_v1._rest_apis._data.items()):
        if api_id != query["id"]:
            continue
        resources = apigateway_v1._resources.get_scoped(account, region, api_id) or {}
        stages = apigateway_v1._stages_v1.get_scoped(account, region, api_id) or {}
        return {
            "id": api_id,
            "account": account,
            "region": region,
            "policy": _document(record.get("policy") or None),
            "stages": list(stages),
            "methods": [
                {"path": each["path"], "verb": verb, "authorization": method.get("authorizationType", "NONE")}
                for each in resources.values()
                for verb, method in (each.get("resourceMethods") or {}).items()
            ],
        }
    return None


def _stack(query):
    """Physical ids and types by logical id."""
    stack = stacks.get_scoped(query["account"], query["region"], query["name"])
    if stack is None:
        return None
    return {
        "status": stack["StackStatus"],
        "resources": {
            logical_id: {"id": each.get("PhysicalResourceId", ""), "type": each.get("ResourceType", "")}
            for logical_id, each in stack["_resources"].items()
        },
    }


QUESTIONS = {
    "stack": _stack,
    "key": _key,
    "sign-in": _sign_in,
    "role": _role,
    "user": _user,
    "secret": _secret,
    "secrets": _secrets,
    "kms-key": _kms_key,
    "bucket": _bucket,
    "api": _api,
    "api-key-tags": _api_key_tags,
    "function": _function,
    "partition-key": _partition_key,
    "topic": _topic,
}

# What the guard tells.
REPORTS = {"record": trail.record}
