import { analysed } from '../../engine/analysed';
import { judgedOf } from '../../engine/duties/judged';
import { EVERY_DUTY } from '../../engine/duties/holding';
import type { Reached, ReachedHolding } from '../../engine/duties/reached';
import { resourcesIn } from '../../engine/world/principals';
import type { Principal, World } from '../../engine/world/world';
import type { Finding } from '../../model/finding';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isUnknown } from '../../model/value';
import { allowsOf } from '../support/allows-of';
import { dutyOf } from '../support/duty';
import { resourcesNamed } from '../support/lookup';
import { Environments } from './crossings';
import { findingAt } from './finding-at';
import type { Crossing } from './crossings';
import { undeclaredEnvironments } from './undeclared-environments';
import { writeOf } from './writes';

/** Roles of people who have work elsewhere. */
const PEOPLE: readonly string[] = ['human', 'operator', 'auditor'];

/**
 * What crosses the border of production: identities, trust, keys, secrets and policies that name the other side,
 * principals that have a duty there, people who change things there, and pipelines that destroy data or carry
 * long-lived keys. What says of no environment is judged as a pipeline, and not as anything else.
 */
export function environmentFindings(snapshot: Snapshot): readonly Finding[] {
  const { separation, duties, world } = analysed(snapshot);
  const environments = new Environments(snapshot);
  const isDeclared = snapshot.templates.some((each) => environments.isProduction(each) || environments.isOther(each));
  if (!isDeclared && separation.constraints.length === 0) return [];
  const crossing = snapshot.resources.flatMap((each) =>
    environments
      .crossingsOf(each)
      .map((found) => crossingFinding(each, found, environments.isProduction(each.template))),
  );
  const keyed = new Set(
    snapshot
      .ofType('AWS::IAM::AccessKey')
      .flatMap((each) => resourcesNamed(each.properties['UserName'], 'AWS::IAM::User', each, snapshot))
      .map(({ key }) => key),
  );
  const principals = judgedOf(world).flatMap((each) => {
    const { template } = each.resource;
    return [
      ...(environments.isOther(template) ? dutiesInProduction(each, duties.of(each), environments, snapshot) : []),
      ...(environments.isProduction(template) ? personWrites(each, world) : []),
      ...(environments.isOther(template) ? [] : pipelineDestroys(each, () => duties.of(each), world)),
      ...(keyed.has(each.key) ? pipelineKey(each, duties.of(each)) : []),
    ];
  });
  return [...undeclaredEnvironments(snapshot), ...crossing, ...principals];
}

function crossingFinding(resource: Resource, { by, what }: Crossing, isInward: boolean): Finding {
  return findingAt(resource, {
    ruleId: 'Bulkhead-ENV-crossing',
    title: 'Something of another environment touches production',
    message:
      isInward && by === 'name'
        ? `of production, and names what is of another environment: found \`${what}\`; expected production alone`
        : isInward
          ? `of production, and lets another environment in by ${by}: found \`${what}\`; expected production alone`
          : `not of production, and touches it by ${by}: found \`${what}\`; expected its own environment alone`,
    fix: 'Give each environment identities, keys and secrets of its own, and name nothing of the other.',
    detail: `${by}::${what}`,
    certainty: 'certain',
  });
}

function dutiesInProduction(
  { resource }: Principal,
  { direct, beyond }: Reached,
  environments: Environments,
  { templates }: Snapshot,
): readonly Finding[] {
  const production = new Set(templates.filter((each) => environments.isProduction(each)).map(({ name }) => name));
  const there = [...direct, ...beyond].filter(({ template }) => template !== undefined && production.has(template));
  if (there.length === 0) return [];
  const duties = [...new Set(there.map(({ duty }) => duty))].sort();
  return [
    findingAt(resource, {
      ruleId: 'Bulkhead-ENV-duty-in-production',
      title: 'An identity of another environment has a duty in production',
      message: `not of production, and has ${duties.join(', ')} there; expected no permission on anything of production`,
      fix: 'Narrow its policies to resources of its own environment, or keep the environments in accounts of their own.',
      detail: duties.join('+'),
      ...proof(there),
    }),
  ];
}

function personWrites(principal: Principal, world: World): readonly Finding[] {
  const { resource } = principal;
  const { intent } = resource;
  if (intent?.kind !== 'role' || !PEOPLE.includes(intent.roleKind)) return [];
  const write = writeOf(principal, world);
  if (write === undefined) return [];
  return [
    findingAt(resource, {
      ruleId: 'Bulkhead-ENV-person-writes',
      title: 'A person can change production by hand',
      message: `a role for people (\`${intent.roleKind}\`) in production that ${write}; expected reading, and the endpoints that name it as a caller`,
      fix: 'Let the change go through an endpoint or a pipeline, or through access that is asked for, approved and short.',
      certainty: 'certain',
    }),
  ];
}

/** What a pipeline keeps for itself, it may clear away: its artifacts, where nobody else keeps anything. */
function pipelineDestroys({ resource }: Principal, reached: () => Reached, world: World): readonly Finding[] {
  if (dutyOf(resource) !== 'deployment') return [];
  const { direct, beyond } = reached();
  const [found] = [...direct, ...beyond].filter(
    ({ duty, over, ofArtifacts }) =>
      duty === EVERY_DUTY ||
      (duty === 'data-destruction' && !(ofArtifacts === true && isOfPipelinesAlone(over, world))),
  );
  if (found === undefined) return [];
  return [
    findingAt(resource, {
      ruleId: 'Bulkhead-ENV-pipeline-destroys',
      title: 'A pipeline can destroy data',
      message: `a pipeline that ${found.because}; expected that what CI carries can delete no store of data, backup or key`,
      fix: 'Take the permission away: CloudFormation deletes what a reviewed template leaves out, with a role of its own.',
      ...proof([found]),
    }),
  ];
}

/** Whether no policy of anybody but a deployment names the bucket for writing: then nothing but artifacts is in it. */
function isOfPipelinesAlone(bucket: string, { principals }: World): boolean {
  return principals.every(
    (each) =>
      dutyOf(each.resource) === 'deployment' ||
      allowsOf(each, ['s3:PutObject']).every(({ resources }) =>
        (resources?.patterns ?? []).every((pattern) => isUnknown(pattern) || !resourcesIn(pattern).includes(bucket)),
      ),
  );
}

function pipelineKey({ resource }: Principal, { direct, beyond }: Reached): readonly Finding[] {
  const found = [...direct, ...beyond].find(({ duty }) => duty === 'deployment' || duty === EVERY_DUTY);
  if (found === undefined) return [];
  return [
    findingAt(resource, {
      ruleId: 'Bulkhead-ENV-pipeline-key',
      title: 'A pipeline carries a long-lived key',
      message: `a user with an access key that deploys: ${found.because}; expected a role that is assumed with a token of the pipeline`,
      fix: 'Use a PipelineRole, which is assumed by OIDC from one repository and environment, and delete the key.',
      ...proof([found]),
    }),
  ];
}

function proof(
  holdings: readonly ReachedHolding[],
): Pick<Finding, 'certainty' | 'trace' | 'found'> & Partial<Pick<Finding, 'unknowns'>> {
  const certain = holdings.filter(({ certainty }) => certainty === 'certain');
  const unknowns = certain.length > 0 ? [] : [...new Set(holdings.flatMap((each) => each.unknowns))];
  return {
    certainty: certain.length > 0 ? 'certain' : 'possible',
    trace: holdings.flatMap(({ steps, duty, because }) => [
      ...steps.map(({ technique, from, to, because: why }) => `${from} -> ${to} (${technique}): ${why}`),
      `${duty}: ${because}`,
    ]),
    found: holdings
      .map(({ duty, because }) => `${duty}: ${because}`)
      .sort()
      .join('; '),
    ...(unknowns.length === 0 ? {} : { unknowns }),
  };
}
