import { analysed } from '../../engine/analysed';
import { decide } from '../../engine/decide/decide';
import { sessionsOf } from '../../engine/decide/session-facts';
import { actionMayMatch } from '../../engine/match/action-pattern';
import type { Step } from '../../engine/reach/reach';
import { nameOf } from '../../engine/world/resource-name';
import type { Principal } from '../../engine/world/world';
import { INTENT_KEY } from '../../model/intent';
import type { Statement } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import { ABSENT } from '../../model/value';
import { CALLS_TAG } from '../../model/tags';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { dutyOf } from '../support/duty';
import { isAdministrator, isByItsPolicies, reachOfResource, wayInWords } from '../support/escalations';
import { LAMBDA_TRUST } from '../support/examples';

/** Any role of any account: what is allowed on some is enough. */
const ROLES = 'arn:*:iam::*:role/*';
/** With which a role gets the tag, or sessions of it may bring it. A new one is tagged by the permission to tag. */
const SETTING = ['iam:TagRole', 'iam:UpdateAssumeRolePolicy', 'iam:CreateRole'] as const;
type Setting = (typeof SETTING)[number];

/** An API that knows callers by a tag. */
interface TaggedApi {
  readonly path: string;
  readonly tag: string;
}

/** How somebody may set a tag. */
interface Way {
  readonly api: TaggedApi;
  readonly actions: readonly Setting[];
  readonly isCertain: boolean;
  readonly unknowns: readonly string[];
}

/**
 * Of APIs that know callers by a tag. Deployments write roles and policies: that is their duty. Administrators are told by
 * IAM1 and ESC1. That a tag is taken away is no finding: who has none is denied. Of roles without a boundary alone is it
 * asked who makes them or lets others in: one with the boundary of whoever makes it calls nothing that its maker does not.
 */
export const api24: Rule = {
  id: 'API24',
  title: 'The tag by which an API knows its callers can be set',
  severity: 'error',
  why: 'An API with `CallerGrouping.TAG` lets pass whoever has the tag, and no list says who that is. Whoever may put it on a role, or bring it as a tag of a session, makes that role pass the resource policy of the API; with a wildcard among its permissions it then calls the API.',
  fix: 'Take `iam:TagRole`, `iam:UpdateAssumeRolePolicy` and `iam:CreateRole` away, or give the role a boundary that denies them: roles of cdk-bulkhead have one. Let sessions bring the tags that they need and no others: `ForAllValues:StringEquals` on `aws:TagKeys`. Or name the callers by their ARNs: `CallerGrouping.ARN`.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-16'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    const apis = taggedApis(snapshot);
    if (apis.length === 0) return [];
    const deploys = dutyOf(resource) === 'deployment';
    const found = [...sessions(resource, apis, snapshot), ...(deploys ? [] : setting(resource, apis, snapshot))];
    if (found.length === 0) return [];
    const reached = reachOfResource(resource, snapshot);
    return reached !== undefined && isAdministrator(reached) ? [] : found;
  },
  examples: { bad: clerkWho('iam:TagRole'), good: clerkWho('iam:ListRoleTags') },
};

const known = new WeakMap<Snapshot, readonly TaggedApi[]>();

function taggedApis(snapshot: Snapshot): readonly TaggedApi[] {
  let found = known.get(snapshot);
  if (found === undefined) {
    found = snapshot
      .ofType('AWS::ApiGateway::RestApi')
      .flatMap(({ intent }) =>
        intent?.kind === 'api' && intent.callersTag !== undefined
          ? [{ path: intent.path, tag: intent.callersTag }]
          : [],
      );
    known.set(snapshot, found);
  }
  return found;
}

/** A role of which a session may bring the tag, if that gives it anything. */
function sessions(resource: Resource, apis: readonly TaggedApi[], snapshot: Snapshot): readonly Violation[] {
  const principal = analysed(snapshot).world.principal(resource.key);
  if (principal?.kind !== 'role' || !mayInvoke(principal)) return [];
  return apis.flatMap(({ path, tag }): readonly Violation[] => {
    const by = sessionsOf(principal).mayBring(tag.toLowerCase());
    if (by === 'no') return [];
    return [
      {
        message: `sessions of it may bring the tag \`${tag}\` (sts:TagSession), by which ${path} knows its callers; expected \`ForAllValues:StringEquals\` on \`aws:TagKeys\` with the tags that they need`,
        detail: `Tag::${tag}::sts:TagSession`,
        principal: nameOf(resource),
        ...(by === 'yes' ? {} : { certainty: 'possible', unknowns: ['the conditions of the trust policy'] }),
      },
    ];
  });
}

function mayInvoke({ policies }: Principal): boolean {
  return policies.some(
    ({ document }) =>
      document.unknowns.length > 0 || document.statements.some((each) => allows(each, 'execute-api:Invoke')),
  );
}

function allows({ effect, actions: { negated, patterns } }: Statement, action: string): boolean {
  return effect === 'Allow' && (negated || patterns.some((pattern) => actionMayMatch(pattern, action)));
}

/** Whoever may set it, by permissions of its own or by becoming somebody who may, a deployment included. */
function setting(resource: Resource, apis: readonly TaggedApi[], snapshot: Snapshot): readonly Violation[] {
  const own = waysOf(resource, apis, snapshot);
  if (own.length > 0) return own.map((way) => violation(resource, way, []));
  const reached = reachOfResource(resource, snapshot);
  for (const fact of reached?.facts ?? []) {
    if (reached === undefined || fact.goal.kind !== 'principal') continue;
    const other = snapshot.byKey(fact.goal.principal.key);
    const ways = other === undefined ? [] : waysOf(other, apis, snapshot);
    if (ways.length === 0) continue;
    const steps = reached.trace(fact);
    if (isByItsPolicies(steps)) continue;
    return ways.map((way) =>
      violation(resource, { ...way, isCertain: way.isCertain && fact.certainty === 'certain' }, steps),
    );
  }
  return [];
}

const asked = new WeakMap<Resource, readonly Way[]>();

function waysOf(resource: Resource, apis: readonly TaggedApi[], snapshot: Snapshot): readonly Way[] {
  let found = asked.get(resource);
  if (found === undefined) asked.set(resource, (found = ask(resource, apis, snapshot)));
  return found;
}

function ask(resource: Resource, apis: readonly TaggedApi[], snapshot: Snapshot): readonly Way[] {
  const { world } = analysed(snapshot);
  const principal = world.principal(resource.key);
  const actions = SETTING.filter((action) => principal !== undefined && mayDo(principal, action));
  if (principal === undefined || actions.length === 0) return [];
  return apis.flatMap((api) => {
    const answers = actions.flatMap((action) =>
      contextsOf(action, api.tag).flatMap((context) => {
        const decision = decide({ principal, action, resource: ROLES, context }, world);
        return decision.may ? [{ action, decision }] : [];
      }),
    );
    if (answers.length === 0) return [];
    return [
      {
        api,
        actions: [...new Set(answers.map(({ action }) => action))],
        isCertain: answers.some(({ decision }) => decision.must),
        unknowns: [...new Set(answers.flatMap(({ decision }) => decision.unknowns.map(({ detail }) => detail)))],
      },
    ];
  });
}

function mayDo({ policies }: Principal, action: string): boolean {
  return policies.some(
    ({ document }) => document.unknowns.length > 0 || document.statements.some((each) => allows(each, action)),
  );
}

/** Names of tags are not case-sensitive: a Deny of one spelling keeps nobody out. */
function contextsOf(action: Setting, tag: string) {
  if (action !== 'iam:TagRole') return [{ 'iam:PermissionsBoundary': ABSENT }];
  return [tag, tag.toUpperCase()].map((each) => ({ 'aws:TagKeys': [each] }));
}

function violation(resource: Resource, { api, actions, isCertain, unknowns }: Way, steps: readonly Step[]): Violation {
  const way = steps.length === 0 ? 'by its own permissions' : wayInWords(steps);
  const by = steps.map(({ technique }) => technique).join('>');
  return {
    message: `may set the tag \`${api.tag}\`, by which ${api.path} knows its callers (${actions.join(', ')}), ${way}; expected that of deployments only`,
    detail: `Tag::${api.tag}::${actions.join(',')}${by === '' ? '' : `::${by}`}`,
    principal: nameOf(resource),
    about: steps.flatMap(({ evidence }) => evidence.map(({ statement }) => statement)),
    ...(steps.length === 0
      ? {}
      : { trace: steps.map(({ technique, from, to, because }) => `${from} -> ${to} (${technique}): ${because}`) }),
    ...(isCertain ? {} : { certainty: 'possible', unknowns }),
  };
}

function clerkWho(Action: string): ExampleTemplate {
  const Statement = [
    { Effect: 'Allow', Action, Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/orders-*' } },
  ];
  const intent = { kind: 'api', path: 'Orders/Api', stage: 'prod', callersTag: `${CALLS_TAG}0a1b2c3d` };
  return {
    Resources: {
      Api: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: { Name: 'orders' },
        Metadata: { [INTENT_KEY]: intent },
      },
      Example: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: LAMBDA_TRUST,
          Policies: [{ PolicyName: 'work', PolicyDocument: { Version: '2012-10-17', Statement } }],
        },
      },
    },
  };
}
