import { supportsResources } from '../../engine/actions/action-info';
import { wildcardScope } from '../../engine/match/wildcard-scope';
import { typesWith } from '../../engine/parse/policies-of';
import type { Condition, PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { COMPARTMENT_TAG } from '../../model/tags';
import type { Rule, Violation } from '../rule';
import { underItsConditions } from '../support/conditional';
import { roleThatMay } from '../support/examples';
import { grantsOf } from '../support/grants';
import { unknownsOf } from '../support/property';

/**
 * Actions of which a name would miss the point. Metrics have no ARN, though the actions take one for another sort of
 * data; and who watches must see the alarm that is created tomorrow. None of them shows data or credentials.
 */
const WATCHING: ReadonlySet<string> = new Set(
  [
    'cloudwatch:DescribeAlarmHistory',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetDashboard',
    'cloudwatch:GetMetricData',
    'cloudwatch:ListMetrics',
    'cloudwatch:PutMetricData',
  ].map((action) => action.toLowerCase()),
);

/**
 * Actions that show what a policy or a guard says, and nothing that is kept behind it: who reviews must see the policy
 * that is attached tomorrow. Not those that list what there is.
 */
const REVIEWING: ReadonlySet<string> = new Set(
  [
    'cloudtrail:GetEventSelectors',
    'cloudtrail:GetInsightSelectors',
    'cloudtrail:GetTrail',
    'cloudtrail:GetTrailStatus',
    'cloudwatch:ListAlarmMuteRules',
    'events:DescribeRule',
    'events:ListTargetsByRule',
    'iam:GetGroup',
    'iam:GetGroupPolicy',
    'iam:GetLoginProfile',
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:GetUser',
    'iam:GetUserPolicy',
    'iam:ListAccessKeys',
    'iam:ListAttachedGroupPolicies',
    'iam:ListAttachedRolePolicies',
    'iam:ListAttachedUserPolicies',
    'iam:ListGroupPolicies',
    'iam:ListGroupsForUser',
    'iam:ListRolePolicies',
    'iam:ListUserPolicies',
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:ListGrants',
    'lambda:GetFunctionConcurrency',
    'lambda:GetPolicy',
    'logs:DescribeMetricFilters',
    'logs:DescribeSubscriptionFilters',
    's3:GetBucketObjectLockConfiguration',
    's3:GetBucketPolicy',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketVersioning',
    's3:GetReplicationConfiguration',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetResourcePolicy',
    'sns:GetSubscriptionAttributes',
    'sns:GetTopicAttributes',
    'sns:ListSubscriptionsByTopic',
  ].map((action) => action.toLowerCase()),
);
/** Reading in API Gateway is one action. Below these paths there are no keys of APIs: `/apikeys`, `/usageplans`. */
const APIS = /^arn:[^/]*:apigateway:[^/]*::\/(?:rest)?apis\//;
/** Stacks nested in one that is named: CloudFormation names them after it and their logical id. */
const NESTED_STACKS = /^arn:[^/]*:cloudformation:[^/]*:stack\/[^/*?]+-[^/*?-]+\*\/\*$/;
/** Functions of one stack, by how CloudFormation begins their names: their settings, environment included, not their code. */
const FUNCTIONS_OF_STACK = /^arn:[^/*?]*:lambda:[^/*?]*:function:[A-Za-z][A-Za-z0-9-]*\*$/;
const OF_STACKS = /^cloudformation:(?:describestacks|gettemplate|liststackresources)$/;

/** Keys of one account and region, of which an alias is asked for: the id of a key elsewhere is made at deployment. */
const KEYS = /^arn:[^/*?]*:kms:[^/*?]*:key\/\*$/;

const COMPARTMENT_KEYS = new Set(['aws:resourcetag', 'aws:requesttag'].map((key) => `${key}/${COMPARTMENT_TAG}`));

/** How many actions a message names. */
const NAMED = 3;

/**
 * Of an identity policy. Left out are resource policies, whose resource is where they are attached; permissions
 * boundaries, which grant nothing; statements of which no action can be given resources, such as
 * secretsmanager:GetRandomPassword: for those AWS takes `*` only; watching metrics and alarms; reading policies and guards,
 * for reviews; stacks nested in one that is named; the key of an account and region that an alias names
 * (`kms:ResourceAliases`); wildcards behind the name of a resource; and statements for resources of one compartment, which the tag names.
 */
export const iam2: Rule = {
  id: 'IAM2',
  title: 'A policy allows actions on resources by wildcard',
  severity: 'error',
  why: 'Whoever gets hold of the role reaches every resource that the wildcard matches: those of other teams, and those that are created tomorrow. One compartment floods, and all of them do.',
  fix: 'Name the resources. In CDK, use a grant of the resource with the actions that are needed (`table.grant(role, …)`), or its ARN. Put actions that take no resource into a statement of their own.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-3'],
  types: typesWith('identity'),
  check(resource, snapshot) {
    return grantsOf(resource, snapshot).allows.flatMap((statement) => {
      const { resources } = statement;
      if (resources === undefined || resources.negated || statement.conditions.some(namesCompartment)) return [];
      const actions = narrowable(statement);
      if (actions.length === 0) return [];
      const patterns = statement.conditions.some(namesAlias)
        ? resources.patterns.filter((pattern) => !KEYS.test(show(pattern)))
        : resources.patterns;
      return underItsConditions(
        statement,
        resource,
        patterns.flatMap((pattern) =>
          judge(
            pattern,
            actions.filter((action) => !isReviewing(action, pattern)),
          ),
        ),
      );
    });
  },
  examples: {
    bad: roleThatMay({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' }),
    good: roleThatMay({
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: 'arn:aws:dynamodb:eu-central-1:111122223333:table/orders',
    }),
  },
};

function judge(resource: PolicyText, actions: readonly string[]): readonly Violation[] {
  const scope = wildcardScope(resource);
  if (actions.length === 0) return [];
  if (scope === 'within' || scope === 'exact') return [];
  const shown = show(resource);
  const named = [...actions.slice(0, NAMED), ...(actions.length > NAMED ? [`${actions.length - NAMED} more`] : [])];
  const violation = {
    message: `found the resource \`${shown}\`${scope === 'unknown' ? ', known only after deployment,' : ''} for ${named.join(', ')}; expected resources by their full name`,
    detail: `Resource::${shown}`,
  };
  return [scope === 'unknown' ? { ...violation, certainty: 'possible', unknowns: unknownsOf(resource) } : violation];
}

function isReviewing(action: string, resource: PolicyText): boolean {
  return (
    REVIEWING.has(action.toLowerCase()) ||
    (action.toLowerCase() === 'apigateway:get' && APIS.test(show(resource))) ||
    (OF_STACKS.test(action.toLowerCase()) && NESTED_STACKS.test(show(resource))) ||
    (action.toLowerCase() === 'lambda:getfunctionconfiguration' && FUNCTIONS_OF_STACK.test(show(resource)))
  );
}

/** What exists in, or is made for, one compartment of ours and no other. */
function namesCompartment({ operator, ifExists, qualifier, key, values }: Condition): boolean {
  return (
    operator === 'StringEquals' &&
    !ifExists &&
    qualifier === undefined &&
    COMPARTMENT_KEYS.has(key) &&
    values.length > 0 &&
    values.every((value) => typeof value === 'string')
  );
}

/** A key that has one of these aliases, and an account has each alias once. */
function namesAlias({ operator, ifExists, qualifier, key, values }: Condition): boolean {
  return (
    operator === 'StringEquals' &&
    !ifExists &&
    qualifier === 'ForAnyValue' &&
    key === 'kms:resourcealiases' &&
    values.length > 0 &&
    values.every((value) => typeof value === 'string')
  );
}

/** The actions for which a policy can name resources; one that is not known counts among them. */
function narrowable({ actions }: Statement): readonly string[] {
  if (actions.negated) return [`everything but ${actions.patterns.map(show).join(', ')}`];
  return actions.patterns
    .filter(
      (action) =>
        typeof action !== 'string' || (supportsResources(action) !== false && !WATCHING.has(action.toLowerCase())),
    )
    .map(show);
}
