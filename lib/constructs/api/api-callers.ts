import { Stack, Token, Tokenization } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** The callers of an endpoint, as declared. */
export interface DeclaredCallers {
  readonly callers?: readonly iam.IRole[];
  readonly partners?: readonly iam.IRole[];
}

/**
 * Checks the callers of an endpoint and gives them all.
 *
 * @throws BH1003 without callers, BH1005 where one is listed twice, here or as another object elsewhere, BH1008 where one is
 * of another account or a partner is not, BH1023 where there is no list, one is no role by its full ARN, or a partner's is not
 * written out, BH1050 where one is of another region and has no name
 */
export function checkCallers(
  at: IConstruct,
  endpoint: string,
  declared: DeclaredCallers,
  { takesPartners = true }: { readonly takesPartners?: boolean } = {},
): readonly iam.IRole[] {
  // Without a type checker they can be missing, or be anything.
  const callers = listOf(at, endpoint, 'callers', declared.callers);
  const partners = listOf(at, endpoint, 'partners', declared.partners);
  const all = [...callers, ...partners];
  if (all.length === 0) throw withoutCallers(at, endpoint);
  for (const role of callers) checkRole(at, endpoint, role);
  const keys = all.map(keyOf);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw misuse(at, {
      code: 'BH1005',
      what: `endpoint \`${endpoint}\` lists the caller \`${twice}\` twice`,
      mend: 'list it once; a different role may have been meant',
    });
  }
  for (const role of callers) checkOwnAccount(at, endpoint, role, takesPartners);
  for (const role of partners) checkPartner(at, endpoint, role);
  for (const role of all) checkAlias(at, endpoint, role);
  for (const role of all) checkNameable(at, endpoint, role);
  return all;
}

/** @throws BH1003 where the list itself is missing, which an empty one is not: without a type checker it can be */
export function checkHasCallers(at: IConstruct, endpoint: string, callers: unknown): void {
  if (callers === undefined || callers === null) throw withoutCallers(at, endpoint);
}

function withoutCallers(at: IConstruct, endpoint: string): Error {
  return misuse(at, {
    code: 'BH1003',
    what: `endpoint \`${endpoint}\` has no callers`,
    why: 'nobody could call it',
    mend: 'list at least one role in `callers`',
  });
}

/** @throws BH1023 where it is no list, or something in it is no construct */
function listOf(at: IConstruct, endpoint: string, kind: keyof DeclaredCallers, given: unknown): readonly iam.IRole[] {
  const list = given ?? [];
  const fault = Array.isArray(list)
    ? list.map((each, place) =>
        isConstruct(each) ? undefined : `has ${wordFor(each)} at place ${place} of \`${kind}\``,
      )
    : [`has ${wordFor(list)} for \`${kind}\``];
  const what = fault.find((each) => each !== undefined);
  if (what === undefined) return list as readonly iam.IRole[];
  throw misuse(at, {
    code: 'BH1023',
    what: `endpoint \`${endpoint}\` ${what}, where a list of roles is expected`,
    why: 'the policies name each caller, and a reader has to see whom they let in',
    mend: 'write `[role]`; import what is known by its ARN: `iam.Role.fromRoleArn(scope, id, arn)`',
  });
}

function isConstruct(given: unknown): given is IConstruct {
  return typeof given === 'object' && given !== null && 'node' in given;
}

function wordFor(given: unknown): string {
  if (isConstruct(given)) return `one construct, \`${given.node.path}\`,`;
  return typeof given === 'string' ? `the text \`${shownArn(given)}\`` : given === undefined ? 'nothing' : 'no role';
}

/** @throws BH1050 where the CDK could not write its ARN: a role of another region, or of no known one, without a name */
function checkNameable(at: IConstruct, endpoint: string, role: iam.IRole): void {
  const own = Stack.of(at);
  const its = Stack.of(role);
  if (its === own || (its.account === own.account && its.region === own.region)) return;
  try {
    own.resolve([role.roleArn, role.roleName]);
  } catch {
    throw misuse(at, {
      code: 'BH1050',
      what: `caller \`${role.node.path}\` of endpoint \`${endpoint}\` is of a stack in another environment (${shownArn(its.account)}/${shownArn(its.region)}) and has no name`,
      why: 'a template cannot refer to a resource of another region: its policies name the role',
      mend: 'set the `roleName` of the role, or give both stacks the same `env`',
    });
  }
}

/** What tells roles apart. Two imports of one ARN are one role. */
export function keyOf(role: iam.IRole): string {
  return Token.isUnresolved(role.roleArn) ? role.node.path : role.roleArn;
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** A wildcard would let in more than one role; a user, an account or a session is no role. */
function checkRole(at: IConstruct, endpoint: string, role: iam.IRole): void {
  const { roleArn } = role as Partial<iam.IRole>;
  const shown = roleArn === undefined ? 'has no role ARN' : `has the ARN \`${shownArn(roleArn)}\``;
  if (
    roleArn !== undefined &&
    (Token.isUnresolved(roleArn) ? !/[*?]/.test(shownArn(roleArn)) : ROLE_ARN.test(roleArn))
  ) {
    return;
  }
  throw misuse(at, {
    code: 'BH1023',
    what: `caller \`${role.node.path}\` of endpoint \`${endpoint}\` is no role by its full ARN: it ${shown}`,
    why: 'the policies name each caller, and a reader has to see whom they let in',
    mend: 'list roles, one by one: `arn:aws:iam::<account>:role/<path><name>` where they are imported; let users assume one',
  });
}

function shownArn(arn: string): string {
  const parts = Tokenization.reverseString(arn).mapTokens({ mapToken: () => '…' });
  return parts.join({ join: (left, right) => `${left ?? ''}${right ?? ''}` }) as string;
}

/** By API: the key of each role by all that names it. */
const known = new WeakMap<IConstruct, Map<string, string>>();

/**
 * One role is one caller, whatever object stands for it: the policies would deny it as the one what they allow it as the
 * other.
 */
function checkAlias(at: IConstruct, endpoint: string, role: iam.IRole): void {
  const names = known.get(at) ?? new Map<string, string>();
  known.set(at, names);
  const key = keyOf(role);
  for (const name of namesOf(role)) {
    const before = names.get(name) ?? key;
    if (before === key) {
      names.set(name, key);
      continue;
    }
    throw misuse(at, {
      code: 'BH1005',
      what: `endpoint \`${endpoint}\` lists \`${key}\`, which is the same role as the caller \`${before}\``,
      why: 'they would be told apart, and the role be denied as the one what it may call as the other',
      mend: 'list the same object everywhere: the role itself, not an import of it or what `withoutPolicyUpdates()` gives',
    });
  }
}

/** The ARN, and account and name, where they are known: a name is unique in its account, whatever the path. */
function namesOf(role: iam.IRole): readonly string[] {
  const { roleName = role.roleName } = (role.node.defaultChild ?? {}) as Partial<iam.CfnRole>;
  const { account } = role.env;
  const isNamed = !Token.isUnresolved(roleName) && !Token.isUnresolved(account);
  return [role.roleArn, ...(isNamed ? [`${account}/${roleName}`] : [])];
}

function checkOwnAccount(at: IConstruct, endpoint: string, role: iam.IRole, takesPartners: boolean): void {
  const own = Stack.of(at).account;
  const { account } = role.env;
  if (Token.isUnresolved(own) || Token.isUnresolved(account) || own === account) return;
  throw misuse(at, {
    code: 'BH1008',
    what: `caller \`${role.node.path}\` of endpoint \`${endpoint}\` is of account ${account}, the API of ${own}`,
    why: takesPartners
      ? 'across accounts, the other account would have to allow the call too'
      : 'an HTTP API has no resource policy, which would have to allow the call',
    mend: `${takesPartners ? 'list it in `partners`, or let' : 'let'} the other account assume a PartnerRole of this account`,
  });
}

/** A partner is written out: an account, a session or a wildcard would let in more than one role. */
function checkPartner(at: IConstruct, endpoint: string, role: iam.IRole): void {
  const { roleArn } = role;
  const own = Stack.of(at).account;
  if (Token.isUnresolved(roleArn) || !ROLE_ARN.test(roleArn)) {
    throw misuse(at, {
      code: 'BH1023',
      what: `partner \`${role.node.path}\` of endpoint \`${endpoint}\` is no role by its full ARN`,
      why: 'the resource policy has to name it, and a reader has to see whom it lets in',
      mend: "import it: `iam.Role.fromRoleArn(scope, id, 'arn:aws:iam::<account>:role/<name>')`",
    });
  }
  if (roleArn.split(':')[4] !== own) return;
  throw misuse(at, {
    code: 'BH1008',
    what: `partner \`${roleArn}\` of endpoint \`${endpoint}\` is of the account of the API`,
    why: 'an Allow of the resource policy would let it in without one of its own',
    mend: 'list it in `callers`',
  });
}
