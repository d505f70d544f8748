"""API Gateway as its pages say, where ministack does less: a disabled key stays valid there, and a key keeps its name in
its plan; an API is found by callers of its own account only."""

from ministack.core.responses import request_scope
from ministack.services import apigateway_v1 as gateway

_stock_execute = gateway.handle_execute
_stock_create = gateway._create_api_key
_stock_update = gateway._update_api_key
_stock_delete = gateway._delete_api_key
_stock_add_to_plan = gateway._create_usage_plan_key
_stock_plan_keys = gateway._get_usage_plan_keys


def apply() -> None:
    gateway.find_api_scope = _owner_of
    gateway.handle_execute = _execute
    gateway._create_api_key = _create
    gateway._update_api_key = _update
    gateway._delete_api_key = _delete
    gateway._create_usage_plan_key = _add_to_plan
    gateway._get_usage_plan_keys = _plan_keys


def _owner_of(api_id):
    """Account and region of an API, in whichever account."""
    scopes = ((account, region) for (account, region, each), _ in gateway._rest_apis.all_items() if each == api_id)
    return next(scopes, None)


async def _execute(api_id, *args, **kwargs):
    """An API answers in its own account, whoever calls: who may, was decided before."""
    owner = _owner_of(api_id)
    if owner is None:
        return await _stock_execute(api_id, *args, **kwargs)
    with request_scope(*owner):
        return await _stock_execute(api_id, *args, **kwargs)


def _create(data):
    """Two keys of one account and region cannot have one value."""
    value = data.get("value")
    if value is not None and any(each.get("value") == value for each in gateway._api_keys.values()):
        return gateway._v1_error("ConflictException", "API Key already exists", 409)
    return _stock_create(data)


def _update(key_id, data):
    """The values of patches are texts, and `enabled` is none."""
    response = _stock_update(key_id, data)
    key = gateway._api_keys.get(key_id)
    if response[0] >= 400 or key is None:
        return response
    key["enabled"] = key.get("enabled") in (True, "true")
    return gateway._v1_response(key)


def _delete(key_id):
    """A key that is gone is in no plan."""
    response = _stock_delete(key_id)
    if response[0] < 400:
        for keys in gateway._usage_plan_keys.values():
            keys.pop(key_id, None)
    return response


def _add_to_plan(plan_id, data):
    """Only a key that is there comes into a plan."""
    if data.get("keyId") not in gateway._api_keys:
        return gateway._v1_error("NotFoundException", "Invalid API Key identifier specified", 404)
    return _stock_add_to_plan(plan_id, data)


def _plan_keys(plan_id, query_params):
    """As the keys are called now, not as they were when they came into the plan."""
    for key_id, listed in (gateway._usage_plan_keys.get(plan_id) or {}).items():
        key = gateway._api_keys.get(key_id) or {}
        listed.update(name=key.get("name", ""), value=key.get("value", ""))
    return _stock_plan_keys(plan_id, query_params)
