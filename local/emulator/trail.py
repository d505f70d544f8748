"""What becomes of an event of CloudTrail: event rules, the log group of the trail, metric filters and their alarms.

The guard, which has decided on the request, says what happened. A trail that does not log, or whose selectors do not
take the event, records nothing.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

import json
import time

from ministack.core.responses import new_uuid, request_scope
from ministack.services import cloudtrail, cloudwatch, cloudwatch_logs, eventbridge

import filter_pattern

# What ministack drops of a trail, by its ARN.
kept: dict[str, dict] = {}

ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def keep(arn: str, props: dict) -> None:
    kept[arn] = {
        "selectors": props.get("AdvancedEventSelectors") or [],
        "logGroup": (props.get("CloudWatchLogsLogGroupArn") or "").split(":log-group:")[-1].removesuffix(":*"),
    }


def record(told: list[dict]) -> None:
    """Events in the order in which they happened. Alarms are evaluated after them, not after each."""
    counting = set()
    for each in told:
        with request_scope(each["account"], each["region"]):
            if _record(each["account"], each["region"], each["event"]):
                counting.add((each["account"], each["region"]))
    for account, region in counting:
        with request_scope(account, region):
            cloudwatch._evaluate_all_alarms()


def _record(account: str, region: str, event: dict) -> bool:
    """Whether a metric filter counted it."""
    event = {**event, "eventID": new_uuid(), "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    takers = [trail for trail in _trails_that_see(account, event) if _takes(trail, event)]
    counted = [_log(trail, account, region, event) for trail in takers]
    if takers:
        _tell_rules(event)
    return any(counted)


def _trails_that_see(account: str, event: dict) -> list[dict]:
    """Those that log. That it was stopped is the last that a trail sees."""
    stopped = None
    if event["eventName"] == "StopLogging" and "errorCode" not in event:
        stopped = event["requestParameters"].get("name")
    return [
        trail
        for (owner, _region, _name), trail in list(cloudtrail._trails._data.items())
        if owner == account and (trail.get("IsLogging") or stopped in (trail["Name"], trail["TrailARN"]))
    ]


def _takes(trail: dict, event: dict) -> bool:
    selectors = kept.get(trail["TrailARN"], {}).get("selectors")
    if not selectors:
        return event["eventCategory"] == "Management"
    return any(all(_meets(each, event) for each in one["FieldSelectors"]) for one in selectors)


def _meets(selector: dict, event: dict) -> bool:
    operators = {key: value for key, value in selector.items() if key != "Field"}
    found = _field(selector["Field"], event)
    for operator, values in operators.items():
        if operator == "Equals":
            met = any(value in values for value in found)
        elif operator in ("StartsWith", "NotStartsWith"):
            starts = any(value.startswith(tuple(values)) for value in found)
            met = starts == (operator == "StartsWith")
        else:
            raise ValueError(f"a selector with {operator}")
        if not met:
            return False
    return True


def _field(name: str, event: dict) -> list[str]:
    if name in ("eventCategory", "eventName", "eventSource"):
        return [event[name]]
    if name in ("resources.type", "resources.ARN"):
        return [each[name.split(".")[1]] for each in event.get("resources") or []]
    raise ValueError(f"a selector on {name}")


def _tell_rules(event: dict) -> None:
    view_of = {
        "EventId": event["eventID"],
        "Source": f"aws.{event['eventSource'].split('.')[0]}",
        "DetailType": "AWS API Call via CloudTrail",
        "Detail": json.dumps(event),
        "EventBusName": "default",
        "Time": int(time.time()),
        "Resources": [],
        "Account": event["recipientAccountId"],
        "Region": event["awsRegion"],
    }
    view = eventbridge._pattern_event_view(view_of)
    is_quiet = event["eventCategory"] == "Management" and event["readOnly"]
    for key, rule in list(eventbridge._rules.items()):
        # Stock does not know the state in which a rule sees what CloudTrail calls read-only.
        if rule["State"] != ALL_EVENTS and (rule["State"] != "ENABLED" or is_quiet):
            continue
        if rule.get("EventBusName", "default") != "default" or not rule.get("EventPattern"):
            continue
        if eventbridge._matches_pattern_view(rule["EventPattern"], view):
            for target in eventbridge._targets.get(key, []):
                eventbridge._invoke_target(target, view_of, rule, view)


def _log(trail: dict, account: str, region: str, event: dict) -> bool:
    """Writes it to the log group of the trail. Whether a metric filter counted it."""
    group = kept.get(trail["TrailARN"], {}).get("logGroup")
    if not group or group not in cloudwatch_logs._log_groups:
        return False
    names = {"logGroupName": group, "logStreamName": f"{account}_CloudTrail_{region}"}
    cloudwatch_logs._create_log_stream(names)
    line = {"timestamp": int(time.time() * 1000), "message": json.dumps(event)}
    cloudwatch_logs._put_log_events({**names, "logEvents": [line]})
    counted = False
    for (of_group, _name), each in list(cloudwatch_logs._metric_filters.items()):
        if of_group == group and filter_pattern.matches(each["filterPattern"], event):
            for metric in each["metricTransformations"]:
                cloudwatch.record_metric(metric["metricNamespace"], metric["metricName"], float(metric["metricValue"]))
                counted = True
    return counted
