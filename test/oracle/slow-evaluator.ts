/** What a caller of a REST API is, to an evaluator that is slow and obvious. */
export interface SlowCaller {
  /** Absent for a caller without credentials. */
  readonly arn?: string;
  readonly account?: string;
  readonly identity: readonly SlowStatement[];
}

/** A statement of literals and globs. `principals` are ARNs, `*`, or `…:root`; absent in identity policies. */
export interface SlowStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly resources: readonly string[];
  readonly principals?: readonly string[];
}

export interface SlowMethod {
  readonly verb: string;
  readonly path: string;
  readonly authorization: 'AWS_IAM' | 'NONE' | 'COGNITO_USER_POOLS' | 'CUSTOM';
}

export interface SlowApi {
  readonly account: string;
  readonly methods: readonly SlowMethod[];
  /** Absent where the API has no resource policy. */
  readonly policy?: readonly SlowStatement[];
}

/** By trying every split of the text: no automaton, no regular expression. */
export function globMatches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    for (let taken = 0; taken <= text.length; taken += 1) {
      if (globMatches(pattern.slice(1), text.slice(taken))) return true;
    }
    return false;
  }
  if (text === '') return false;
  return (pattern[0] === '?' || pattern[0] === text[0]) && globMatches(pattern.slice(1), text.slice(1));
}

const segments = (path: string): readonly string[] => path.split('/').filter((each) => each !== '');

/**
 * The method that serves a request: at each segment a literal comes before a parameter; the verb before ANY. Undefined
 * where none does. Paths of the tests never leave it open which is the more literal.
 */
export function servedBy(methods: readonly SlowMethod[], verb: string, path: string): SlowMethod | undefined {
  const asked = segments(path);
  const fits = methods.filter((each) => {
    const template = segments(each.path);
    return (
      (each.verb === verb || each.verb === 'ANY') &&
      template.length === asked.length &&
      template.every((segment, at) => segment.startsWith('{') || segment === asked[at])
    );
  });
  const rank = ({ verb: own, path: template }: SlowMethod): string =>
    segments(template)
      .map((segment) => (segment.startsWith('{') ? '1' : '0'))
      .join('') + (own === 'ANY' ? '1' : '0');
  return [...fits].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}

function names(statement: SlowStatement, { arn, account }: SlowCaller): boolean {
  return (statement.principals ?? []).some(
    (each) => each === '*' || (arn !== undefined && (each === arn || each === `arn:aws:iam::${account}:root`)),
  );
}

/**
 * Whether API Gateway lets a request through, by its documentation: a method without authorization looks at the
 * resource policy only, as for a caller without credentials; with AWS_IAM, in one account either policy is enough,
 * across accounts both must allow, and a Deny in either is final.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function gatewayAllows(api: SlowApi, caller: SlowCaller, verb: string, path: string, arn: string): boolean {
  const method = servedBy(api.methods, verb, path);
  if (method === undefined) return false;
  const about = (each: SlowStatement): boolean => each.resources.some((pattern) => globMatches(pattern, arn));
  const who: SlowCaller = method.authorization === 'NONE' ? { identity: [] } : caller;
  const policy = (api.policy ?? []).filter((each) => about(each) && names(each, who));
  if (policy.some(({ effect }) => effect === 'Deny')) return false;
  if (method.authorization === 'NONE') return api.policy === undefined || policy.length > 0;
  if (who.arn === undefined) return false;
  const own = who.identity.filter(about);
  if (own.some(({ effect }) => effect === 'Deny')) return false;
  // An account named only hands the decision on to its identity policies.
  const named = policy.some(({ principals = [] }) => principals.some((each) => each === '*' || each === who.arn));
  if (who.account === api.account) return own.length > 0 || named;
  return own.length > 0 && policy.length > 0;
}

/** What of a request to a REST API can be said from the templates alone. */
export type SlowVerdict = 'granted' | 'possible' | 'denied';

/**
 * As `gatewayAllows`, for every type of authorization. What an authorizer decides is in no template: a Deny of the
 * resource policy for everyone is final, all else is possible, whether or not the resource policy allows.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function gatewayVerdict(api: SlowApi, caller: SlowCaller, verb: string, path: string, arn: string): SlowVerdict {
  const method = servedBy(api.methods, verb, path);
  if (method === undefined) return 'denied';
  if (method.authorization === 'AWS_IAM' || method.authorization === 'NONE') {
    return gatewayAllows(api, caller, verb, path, arn) ? 'granted' : 'denied';
  }
  // The token or the header names nobody whom a policy could name.
  const stranger: SlowCaller = { identity: [] };
  const denied = (api.policy ?? []).some(
    (each) =>
      each.effect === 'Deny' && names(each, stranger) && each.resources.some((pattern) => globMatches(pattern, arn)),
  );
  return denied ? 'denied' : 'possible';
}

/** One power of a principal over another, of which one step makes it that other. */
export interface SlowStep {
  readonly from: string;
  readonly to: string;
}

/** All that a principal can become: every step is tried again until nothing is new. */
export function becomes(steps: readonly SlowStep[], start: string): ReadonlySet<string> {
  const reached = new Set([start]);
  for (let before = -1; before < reached.size; ) {
    before = reached.size;
    for (const { from, to } of steps) if (reached.has(from)) reached.add(to);
  }
  reached.delete(start);
  return reached;
}
