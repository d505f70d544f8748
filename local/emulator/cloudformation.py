"""Resource types that ministack lacks, or of which it drops a property that decides something here."""

import json
import secrets
import string

from ministack.services import cloudtrail, iam, s3, secretsmanager, sns
from ministack.services.cloudformation import provisioners
from ministack.core.responses import get_account_id

import secrets_manager
import trail

_handlers = provisioners._RESOURCE_HANDLERS

# The key by which a bucket encrypts, which ministack does not keep: whoever reads or writes there needs the key too.
bucket_keys: dict[str, dict] = {}


def apply(left_out: list[dict]) -> None:
    _roles_have_boundaries()
    _buckets_lock()
    _secrets_start_empty()
    _topics_have_keys()
    _add("AWS::SecretsManager::RotationSchedule", _schedule, lambda *_: None)
    _add("AWS::SecretsManager::ResourcePolicy", _secret_policy, _drop_secret_policy)
    _add("AWS::CloudTrail::Trail", _trail, lambda name, _props: cloudtrail._delete_trail({"Name": name}))
    _add("AWS::IAM::OIDCProvider", _provider, lambda arn, _props: iam._oidc_providers.pop(arn, None))
    for each in left_out:
        if "with" in each:
            _leave_out_with(each["type"], each["with"])
        else:
            _leave_out(each["type"])


def _add(kind: str, create, delete) -> None:
    if kind in _handlers:
        raise RuntimeError(f"ministack knows {kind} by now: mend it or leave it as it is")

    def update(_physical_id, _old, new, stack_name):
        return create(_physical_id, new, stack_name)

    _handlers[kind] = {"create": create, "update": update, "delete": delete}


def _leave_out(kind: str) -> None:
    """A type of `left-out.json`: there is a name to refer to, and nothing behind it."""

    def create(logical_id, _props, stack_name):
        return f"left-out-{provisioners._physical_name(stack_name, logical_id)}", {}

    _add(kind, create, lambda *_: None)


def _leave_out_with(kind: str, prop: str) -> None:
    """The resources of a type that have a property which ministack refuses; all others are made."""
    handler = _handlers[kind]
    before = dict(handler)

    def left_out(logical_id, stack_name):
        return f"left-out-{provisioners._physical_name(stack_name, logical_id)}", {"Arn": f"left-out-{logical_id}"}

    def create(logical_id, props, stack_name):
        return left_out(logical_id, stack_name) if prop in props else before["create"](logical_id, props, stack_name)

    def update(physical_id, old, new, stack_name, logical_id=None):
        if prop in new:
            return physical_id, {"Arn": physical_id}
        return before["update"](physical_id, old, new, stack_name, logical_id)

    def delete(physical_id, props):
        return None if prop in props else before["delete"](physical_id, props)

    handler.update(create=create, update=update, delete=delete)


def _random(length: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def _true(value) -> bool:
    return value in (True, "true")


def _ok(response):
    status, _headers, body = response
    if status >= 400:
        raise ValueError(body.decode() if isinstance(body, bytes) else str(body))
    return json.loads(body or b"{}")


def _roles_have_boundaries() -> None:
    handler = _handlers["AWS::IAM::Role"]
    create, update = handler["create"], handler["update"]

    def with_boundary(name, props):
        iam._roles[name]["PermissionsBoundary"] = props.get("PermissionsBoundary")

    def create_role(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        with_boundary(name, props)
        return name, attributes

    def update_role(physical_id, old, new, stack_name, logical_id=None):
        name, attributes = update(physical_id, old, new, stack_name, logical_id)
        with_boundary(name, new)
        return name, attributes

    handler.update(create=create_role, update=update_role)


def _buckets_lock() -> None:
    handler = _handlers["AWS::S3::Bucket"]
    create = handler["create"]

    def create_bucket(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        if _true(props.get("ObjectLockEnabled")):
            rule = (props.get("ObjectLockConfiguration") or {}).get("Rule") or {}
            retention = rule.get("DefaultRetention")
            if retention is not None:
                retention = {key: value if key == "Mode" else int(value) for key, value in retention.items()}
            s3._bucket_versioning[name] = "Enabled"
            s3._bucket_object_lock[name] = {"enabled": True, "default_retention": retention}
        _keep_key(name, props)
        return name, attributes

    handler["create"] = create_bucket


def _keep_key(name, props) -> None:
    rules = (props.get("BucketEncryption") or {}).get("ServerSideEncryptionConfiguration") or []
    for rule in rules:
        key = (rule.get("ServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID")
        if key:
            bucket_keys[name] = {"kmsKey": key, "bucketKey": _true(rule.get("BucketKeyEnabled"))}


def _secrets_start_empty() -> None:
    """`Ref` of a secret is its ARN; without a value in the template it has no version; its name begins as AWS's do."""
    handler = _handlers["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def name_of(arn):
        return secretsmanager._resolve(arn)[0] or arn

    def create_secret(logical_id, props, stack_name):
        named = {"Name": f"{logical_id}-{_random(12)}", **props}
        name, attributes = create(logical_id, named, stack_name)
        if "SecretString" not in props and "GenerateSecretString" not in props:
            secretsmanager._secrets[name]["Versions"].clear()
        return attributes["Arn"], attributes

    def update_secret(physical_id, old, new, stack_name, logical_id=None):
        name = name_of(physical_id)
        named = [{"Name": name, **each} for each in (old, new)]
        _name, attributes = update(name, *named, stack_name, logical_id)
        return attributes["Arn"], attributes

    def delete_secret(physical_id, props):
        return delete(name_of(physical_id), props)

    handler.update(create=create_secret, update=update_secret, delete=delete_secret)


def _topics_have_keys() -> None:
    handler = _handlers["AWS::SNS::Topic"]
    create = handler["create"]

    def create_topic(logical_id, props, stack_name):
        arn, attributes = create(logical_id, props, stack_name)
        if props.get("KmsMasterKeyId"):
            sns._topics[arn]["attributes"]["KmsMasterKeyId"] = props["KmsMasterKeyId"]
        return arn, attributes

    handler["create"] = create_topic


def _schedule(_logical_id, props, _stack_name):
    at_once = props.get("RotateImmediatelyOnUpdate")
    _ok(
        secrets_manager.rotate(
            {
                "SecretId": props["SecretId"],
                "RotationLambdaARN": props.get("RotationLambdaARN"),
                "RotationRules": props.get("RotationRules"),
                "RotateImmediately": at_once is None or _true(at_once),
            }
        )
    )
    return props["SecretId"], {}


def _secret_policy(_logical_id, props, _stack_name):
    policy = props["ResourcePolicy"]
    text = policy if isinstance(policy, str) else json.dumps(policy)
    _ok(secretsmanager._put_resource_policy({"SecretId": props["SecretId"], "ResourcePolicy": text}))
    return props["SecretId"], {}


def _drop_secret_policy(physical_id, _props):
    secretsmanager._resource_policies.pop(physical_id, None)


def _trail(logical_id, props, stack_name):
    """The trail as a record. It writes no files; see trail.py for its events."""
    name = props.get("TrailName") or provisioners._physical_name(stack_name, logical_id)
    if name not in cloudtrail._trails:
        _ok(cloudtrail._create_trail({**props, "Name": name, "KmsKeyId": props.get("KMSKeyId", "")}))
    if _true(props.get("IsLogging")):
        _ok(cloudtrail._start_logging({"Name": name}))
    arn = cloudtrail._trails[name]["TrailARN"]
    trail.keep(arn, props)
    return name, {"Arn": arn}


def _provider(_logical_id, props, _stack_name):
    host = props["Url"].split("://", 1)[-1].rstrip("/")
    arn = f"arn:aws:iam::{get_account_id()}:oidc-provider/{host}"
    iam._oidc_providers[arn] = {
        "Arn": arn,
        "Url": props["Url"],
        "ClientIDList": list(props.get("ClientIdList", [])),
        "ThumbprintList": list(props.get("ThumbprintList", [])),
        "CreateDate": "1970-01-01T00:00:00Z",
        "Tags": list(props.get("Tags", [])),
    }
    return arn, {"Arn": arn}
