import type { Needed } from '../judge';
import { undecided } from '../refusal';

type Input = Readonly<Record<string, unknown>>;

/** Operations that could blind the record, by service: the member that names what they change, and its ARN's resource. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, readonly [member: string, resource: string]>>>> = {
  cloudtrail: {
    DeleteTrail: ['Name', 'trail/'],
    PutEventSelectors: ['TrailName', 'trail/'],
    StartLogging: ['Name', 'trail/'],
    StopLogging: ['Name', 'trail/'],
    UpdateTrail: ['Name', 'trail/'],
  },
  events: {
    DeleteRule: ['Name', 'rule/'],
    DisableRule: ['Name', 'rule/'],
    RemoveTargets: ['Rule', 'rule/'],
  },
  logs: {
    DeleteLogGroup: ['logGroupName', 'log-group:'],
    DeleteMetricFilter: ['logGroupName', 'log-group:'],
    DeleteRetentionPolicy: ['logGroupName', 'log-group:'],
    PutRetentionPolicy: ['logGroupName', 'log-group:'],
  },
};

/** What a request needs that stops, changes or deletes a trail, an event rule or a log group, each named by its name. */
export function recordKeeping(
  service: string,
  operation: string,
  input: Input,
  account: string,
  region: string,
): readonly Needed[] {
  const [member, start] = OPERATIONS[service]?.[operation] ?? [];
  const name = member === undefined ? undefined : input[member];
  if (typeof name !== 'string' || !/^[\w./#-]+$/.test(name)) throw undecided(`${service}:${operation}`);
  if (input['EventBusName'] !== undefined) throw undecided('rules of other buses');
  const resource = `arn:aws:${service}:${region}:${account}:${start}${name}`;
  return [{ action: `${service}:${operation}`, resource, resourceAccount: account, on: [] }];
}
