import type { PolicyDocument } from '../../model/policy';
import { member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { ABSENT, isAbsent, isChoice, isText, isUnknown } from '../../model/value';
import type { MapValue, Value } from '../../model/value';
import { parsePolicy } from '../parse/policy-document';

/** Which property becomes which condition of the statement that Lambda writes. */
const CONDITIONS: readonly (readonly [property: string, operator: string, key: string])[] = [
  ['SourceArn', 'ArnLike', 'aws:SourceArn'],
  ['SourceAccount', 'StringEquals', 'aws:SourceAccount'],
  ['PrincipalOrgID', 'StringEquals', 'aws:PrincipalOrgID'],
  ['EventSourceToken', 'StringEquals', 'lambda:EventSourceToken'],
  ['FunctionUrlAuthType', 'StringEquals', 'lambda:FunctionUrlAuthType'],
  ['InvokedViaFunctionUrl', 'Bool', 'lambda:InvokedViaFunctionUrl'],
];

/**
 * The statement that an `AWS::Lambda::Permission` adds to the policy of its function.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function lambdaPermission(permission: Resource, functionArn: Value | undefined): PolicyDocument {
  const { properties } = permission;
  const name = member(properties, 'FunctionName');
  const conditions: Record<string, Record<string, Value>> = {};
  for (const [property, operator, key] of CONDITIONS) {
    const value = member(properties, property);
    if (!isAbsent(value)) conditions[operator] = { ...conditions[operator], [key]: value };
  }
  const statement: MapValue = {
    Effect: 'Allow',
    Principal: principalOf(member(properties, 'Principal')),
    Action: member(properties, 'Action'),
    Resource: isArn(name) ? name : (functionArn ?? '*'),
    Condition: Object.keys(conditions).length === 0 ? ABSENT : conditions,
  };
  return parsePolicy({ Statement: [statement] }, permission.guards);
}

function isArn(value: Value): boolean {
  const start = isText(value) ? value.parts[0] : value;
  return typeof start === 'string' && start.startsWith('arn:');
}

/** A service, an account, a principal by ARN, or `*`: Lambda has one property for all. */
function principalOf(value: Value): Value {
  if (isChoice(value))
    return { ...value, whenTrue: principalOf(value.whenTrue), whenFalse: principalOf(value.whenFalse) };
  if (value === '*' || isUnknown(value)) return value;
  const last = isText(value) ? value.parts.at(-1) : value;
  const service = typeof last === 'string' ? /\.(com|com\.cn|cloud|gov)$|^[a-z0-9-]+\.[a-z0-9.-]+$/.test(last) : false;
  const suffix = typeof last === 'object' && last !== null && 'shape' in last && last.shape === 'url-suffix';
  return service || suffix ? { Service: value } : { AWS: value };
}
