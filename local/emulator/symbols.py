"""What the extension uses of ministack beyond its documented interface.

Each name is asserted to be there, as what it is used for, before anything is patched or served. A release of ministack
that renames one of them does not start, instead of starting without what was to be mended.
"""

import importlib
import inspect
from importlib.metadata import version

CLOUDFORMATION = "ministack.services.cloudformation.provisioners"
SECRETS = "ministack.services.secretsmanager"
IAM = "ministack.services.iam"
LAMBDA = "ministack.services.lambda_svc"
RUNTIME = "ministack.core.lambda_runtime"
GATEWAY = "ministack.services.apigateway_v1"
COGNITO = "ministack.services.cognito"
EVENTS = "ministack.services.eventbridge"
LOGS = "ministack.services.cloudwatch_logs"
METRICS = "ministack.services.cloudwatch"

# Functions, by the names of the parameters with which they are called or replaced.
FUNCTIONS = {
    ("ministack.app", "app"): ("scope", "receive", "send"),
    ("ministack.app", "main"): (),
    (CLOUDFORMATION, "_physical_name"): ("stack_name", "logical_id"),
    (SECRETS, "handle_request"): ("method", "path", "headers", "body", "query_params"),
    (SECRETS, "_resolve"): ("secret_id",),
    (SECRETS, "_get_secret_value"): ("data",),
    (SECRETS, "_put_secret_value"): ("data",),
    (SECRETS, "_rotate_secret"): ("data",),
    (SECRETS, "_put_resource_policy"): ("data",),
    (LAMBDA, "_get_func_record_for_ref"): ("function_ref",),
    (LAMBDA, "_execution_record_for_config"): ("func", "config"),
    (LAMBDA, "_execute_function_with_config_scope"): ("func", "event"),
    (RUNTIME, "execution_credentials"): ("config",),
    (RUNTIME, "_signal"): ("proc",),
    (RUNTIME, "_collect"): ("proc", "deadline"),
    (RUNTIME, "Worker"): ("func_name", "config", "code_zip"),
    (RUNTIME, "_account_region_from_function_config"): ("config",),
    ("ministack.services.kms", "_resolve_key"): (),
    ("ministack.services.cloudtrail", "_create_trail"): ("body",),
    ("ministack.services.cloudtrail", "_start_logging"): ("body",),
    ("ministack.services.cloudtrail", "_delete_trail"): ("body",),
    ("ministack.services.sts", "register_session"): ("access_key", "session"),
    (GATEWAY, "handle_execute"): ("api_id",),
    (GATEWAY, "find_api_scope"): ("api_id",),
    (GATEWAY, "_create_api_key"): ("data",),
    (GATEWAY, "_update_api_key"): ("key_id", "data"),
    (GATEWAY, "_delete_api_key"): ("key_id",),
    (GATEWAY, "_create_usage_plan_key"): ("plan_id", "data"),
    (GATEWAY, "_get_usage_plan_keys"): ("plan_id", "query_params"),
    (GATEWAY, "_v1_error"): ("code", "message", "status"),
    (GATEWAY, "_v1_response"): (),
    (COGNITO, "_dispatch_idp"): ("action", "data"),
    (COGNITO, "_authenticate_client"): ("headers", "form"),
    (COGNITO, "_resolve_pool"): ("pool_id",),
    (COGNITO, "_client_secret"): (),
    (EVENTS, "_pattern_event_view"): ("event",),
    (EVENTS, "_matches_pattern_view"): ("pattern_str", "view"),
    (EVENTS, "_invoke_target"): ("target", "event", "rule", "view"),
    (LOGS, "_create_log_stream"): ("data",),
    (LOGS, "_put_log_events"): ("data",),
    (METRICS, "record_metric"): ("namespace", "metric_name", "value"),
    (METRICS, "_evaluate_all_alarms"): (),
    ("ministack.core.responses", "error_response_json"): ("code", "message"),
    ("ministack.core.responses", "json_response"): ("data",),
    ("ministack.core.responses", "request_scope"): ("account_id", "region"),
    ("ministack.core.responses", "get_account_id"): (),
    ("ministack.core.responses", "get_region"): (),
}

# Stores of one account, or of one account and region.
STORES = [
    (IAM, "_roles"),
    (IAM, "_policies"),
    (IAM, "_users"),
    (IAM, "_access_keys"),
    (IAM, "_user_inline_policies"),
    (IAM, "_oidc_providers"),
    (SECRETS, "_secrets"),
    (SECRETS, "_resource_policies"),
    ("ministack.services.kms", "_keys"),
    ("ministack.services.s3", "_buckets"),
    ("ministack.services.s3", "_bucket_policies"),
    ("ministack.services.s3", "_bucket_versioning"),
    ("ministack.services.s3", "_bucket_object_lock"),
    (GATEWAY, "_rest_apis"),
    (GATEWAY, "_resources"),
    (GATEWAY, "_stages_v1"),
    (GATEWAY, "_api_keys"),
    (GATEWAY, "_usage_plan_keys"),
    (COGNITO, "_user_pools"),
    (EVENTS, "_rules"),
    (EVENTS, "_targets"),
    (LAMBDA, "_functions"),
    (LOGS, "_log_groups"),
    (LOGS, "_metric_filters"),
    ("ministack.services.dynamodb", "_tables"),
    ("ministack.services.sns", "_topics"),
    ("ministack.services.cloudtrail", "_trails"),
    ("ministack.services.cloudformation", "_stacks"),
]

# Types of CloudFormation that stock ministack knows and the extension mends.
MENDED = [
    "AWS::IAM::Role",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
]


def problems(pinned: str) -> list[str]:
    """Everything that is not as the extension needs it."""
    if version("ministack") != pinned:
        return [f"ministack is {version('ministack')}, expected {pinned}"]
    found = []
    for (module, name), parameters in FUNCTIONS.items():
        function = _named(module, name)
        if not callable(function):
            found.append(f"{module}.{name} is not there")
            continue
        has = list(inspect.signature(function).parameters)
        missing = [each for each in parameters if each not in has]
        if missing:
            found.append(f"{module}.{name} takes ({', '.join(has)}), expected {', '.join(missing)} too")
    for module, name in STORES:
        store = _named(module, name)
        if not all(hasattr(store, each) for each in ("get", "items", "get_scoped", "pop", "_data")):
            found.append(f"{module}.{name} is not there, or no store by account")
    if not isinstance(_named("ministack.services.sts", "_sessions"), dict):
        found.append("ministack.services.sts._sessions is not there")
    handlers = _named(CLOUDFORMATION, "_RESOURCE_HANDLERS")
    if not isinstance(handlers, dict):
        found.append(f"{CLOUDFORMATION}._RESOURCE_HANDLERS is not there")
        return found
    for each in MENDED:
        if not {"create", "update", "delete"} <= set(handlers.get(each, {})):
            found.append(f"ministack does not create, update and delete {each}")
    return found


def _named(module: str, name: str):
    try:
        return getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
