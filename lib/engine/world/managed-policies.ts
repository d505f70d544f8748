import type { PolicyDocument } from '../../model/policy';
import type { MapValue, Value } from '../../model/value';
import { actionsMatching } from '../actions/action-info';
import { MANAGED_POLICY_TABLE } from '../actions/managed-policy-table';
import { parsePolicy } from '../parse/policy-document';

const documents = new Map<string, PolicyDocument>();

/**
 * The document of a common AWS managed policy by its name with path, without `arn:aws:iam::aws:policy/`; `undefined`
 * where it is not known. AWS may widen any of them: what is here is of the day that the table names.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export function awsManagedPolicy(name: string): PolicyDocument | undefined {
  let document = documents.get(name);
  if (document === undefined && Object.hasOwn(MANAGED_POLICY_TABLE, name)) {
    const statements = (JSON.parse(MANAGED_POLICY_TABLE[name]) as readonly Packed[]).map(unpacked);
    document = parsePolicy({ Version: '2012-10-17', Statement: statements });
    documents.set(name, document);
  }
  return document;
}

/** The names of those that are known. */
export function awsManagedPolicies(): readonly string[] {
  return Object.keys(MANAGED_POLICY_TABLE);
}

/** A statement as scripts/managed-policy-table.mjs writes it: one that allows, on everything, where it says no more. */
interface Packed {
  readonly deny?: 1;
  readonly do?: string;
  readonly not?: string;
  readonly on?: Value;
  readonly off?: Value;
  readonly if?: Value;
}

function unpacked({ deny, do: actions, not, on = '*', off, if: condition }: Packed): MapValue {
  return {
    Effect: deny === 1 ? 'Deny' : 'Allow',
    ...(actions === undefined ? { NotAction: actionsIn(not ?? '') } : { Action: actionsIn(actions) }),
    ...(off === undefined ? { Resource: on } : { NotResource: off }),
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

const GAPS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-';

/** Of each service the known actions, by the gaps between them in the order of the action table, and all others by name. */
function actionsIn(source: string): readonly string[] {
  return source.split(';').flatMap((part) => {
    const [service, gaps = '', ...others] = part.split(' ');
    if (service === '*') return [service];
    const known = actionsMatching(`${service.toLowerCase()}:*`);
    const found: string[] = [];
    let place = -1;
    for (const gap of gaps) {
      // The last sign stands for a wide gap, which others follow.
      if (gap === '_') place += GAPS.length;
      else found.push(known[(place += GAPS.indexOf(gap) + 1)].action);
    }
    return [...found, ...others.map((each) => `${service}:${each}`)];
  });
}
