import { analysed } from '../../engine/analysed';
import { decide } from '../../engine/decide/decide';
import { rotatedBy } from '../../engine/facts/rotators';
import { actionMayMatch } from '../../engine/match/action-pattern';
import { nameOf } from '../../engine/world/resource-name';
import { INTENT_KEY } from '../../model/intent';
import type { Statement } from '../../model/policy';
import { elements, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { OWNER_TAG } from '../../model/tags';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { arnsOf } from '../support/arns-of';
import { declaredSecret, READER } from '../support/credential-example';
import { pathsOf } from '../support/declared-roles';
import { LAMBDA_TRUST } from '../support/examples';
import { resourcesNamed } from '../support/lookup';

const SECRET = 'AWS::SecretsManager::Secret';
const READING = 'secretsmanager:GetSecretValue';
/** Of roles of which nobody says whose they are, so many may well work together on a secret that nobody declared. */
const MOST_UNOWNED = 2;

const shared = (otherOwner: string): ExampleTemplate => {
  const role = (path: string, owner: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST },
    Metadata: { [INTENT_KEY]: { kind: 'role', roleKind: 'workload', path, owner, purpose: 'reads it' } },
  });
  const { Example } = declaredSecret({}).Resources as Record<string, { Metadata: Record<string, object> }>;
  const intent = { ...Example?.Metadata[INTENT_KEY], readers: [READER, 'Billing/Job'] };
  return {
    Resources: {
      Example: { ...Example, Metadata: { [INTENT_KEY]: intent } },
      Reader: role(READER, 'orders'),
      Other: role('Billing/Job', otherOwner),
    },
  };
};

/**
 * Readers are related where one team answers for them: by what they declare, or by the tag `owner`. A role that says
 * nothing is taken for one that may be anybody's. Of a secret that nobody declared, the readers are the roles and users
 * whose policies name it, without its rotation; three of them, or two teams, are too many.
 */
export const sec9: Rule = {
  id: 'SEC9',
  title: 'A credential has readers of several teams',
  severity: 'warning',
  why: 'A credential that several teams share belongs to none of them: nobody knows who used it, nobody dares to revoke it, and a leak at one of them is a leak at all.',
  fix: 'Give each team a credential of its own: they are revoked one by one, and logs tell them apart. Where one team answers for all readers, say so: by `WorkloadRole`, or by the tag `owner` of the roles.',
  page: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_identities_secrets.html',
  controls: ['NIST 800-53 r5 IA-5', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-2'],
  types: [SECRET],
  check(secret, snapshot) {
    const { intent } = secret;
    if (intent?.kind === 'credential') {
      const roles = snapshot
        .ofType('AWS::IAM::Role')
        .filter((role) => pathsOf(role).some((path) => intent.readers.includes(path)));
      return judge(teamsOf(roles), 1);
    }
    return judge(teamsOf(readersOf(secret, snapshot)), MOST_UNOWNED);
  },
  examples: { bad: shared('billing'), good: shared('orders') },
};

interface Teams {
  readonly owners: readonly string[];
  /** Names of roles of which nobody says whose they are. */
  readonly unowned: readonly string[];
}

function judge({ owners, unowned }: Teams, most: number): readonly Violation[] {
  if (owners.length > 1) return [{ message: `found readers of ${owners.join(', ')}; expected readers of one team` }];
  if (owners.length + unowned.length <= most) return [];
  const others = `${unowned.join(', ')}, of which nobody says whose they are`;
  return [
    {
      message: `found readers of ${[...owners, others].join(' and ')}; expected readers of one team`,
      certainty: 'possible',
      unknowns: unowned.map((name) => `the team of ${name}`),
    },
  ];
}

function teamsOf(roles: readonly Resource[]): Teams {
  const owners = new Set<string>();
  const unowned: string[] = [];
  for (const role of roles) {
    const owner = ownerOf(role);
    if (owner === undefined) unowned.push(nameOf(role));
    else owners.add(owner);
  }
  return { owners: [...owners].sort(), unowned: unowned.sort() };
}

function ownerOf({ intent, properties }: Resource): string | undefined {
  if (intent?.kind === 'role') return intent.owner;
  const tag = elements(properties['Tags']).find((each) =>
    [OWNER_TAG, 'owner', 'Owner'].some((key) => key === member(each, 'Key')),
  );
  const value = tag === undefined ? undefined : member(tag, 'Value');
  return typeof value === 'string' ? value : undefined;
}

const known = new WeakMap<Snapshot, ReadonlyMap<string, readonly Resource[]>>();

/** Whose policies name the secret, and let them read it after all. */
function readersOf(secret: Resource, snapshot: Snapshot): readonly Resource[] {
  let named = known.get(snapshot);
  if (named === undefined) known.set(snapshot, (named = namedReaders(snapshot)));
  const found = named.get(secret.key) ?? [];
  if (found.length < 2) return [];
  const { world } = analysed(snapshot);
  const arns = arnsOf(secret);
  return found.filter((role) => {
    const principal = world.principal(role.key);
    if (principal === undefined || rotatedBy(role.key, snapshot).has(secret.key)) return false;
    return arns.some((resource) => decide({ principal, action: READING, resource }, world).may);
  });
}

/** Roles and users by the secrets that their policies name; linear in statements. */
function namedReaders(snapshot: Snapshot): ReadonlyMap<string, readonly Resource[]> {
  const found = new Map<string, Set<Resource>>();
  for (const { resource, policies } of analysed(snapshot).world.principals) {
    for (const statement of policies.flatMap(({ document }) => document.statements)) {
      if (!mayRead(statement)) continue;
      for (const pattern of statement.resources?.patterns ?? []) {
        for (const { key } of resourcesNamed(pattern, SECRET, resource, snapshot)) {
          found.set(key, (found.get(key) ?? new Set()).add(resource));
        }
      }
    }
  }
  return new Map([...found].map(([key, roles]) => [key, [...roles]]));
}

function mayRead({ effect, actions, resources }: Statement): boolean {
  return (
    effect === 'Allow' &&
    !actions.negated &&
    resources?.negated === false &&
    actions.patterns.some((each) => actionMayMatch(each, READING))
  );
}
