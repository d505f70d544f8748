import { Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { nameOf } from '../../engine/compile/matrix';
import type { AccessMatrix } from '../../engine/compile/access-matrix';
import { isWithin, overlaps } from '../../engine/compile/overlaps';
import { misuse } from '../../private/errors';
import { checkSourceRanges } from '../roles/source-range';
import type { EndpointOptions } from './endpoint-options';
import type { FrontDoorProps } from './front-door-props';

/** Where an endpoint may be called from; from anywhere where neither is given. */
export interface EndpointSources {
  readonly sourceRanges?: readonly string[];
  readonly vpcEndpointIds?: readonly string[];
}

/** What a document calls a VPC endpoint: its id, or its construct path where the id is known only at deployment. */
export function vpcEndpointName(endpoint: ec2.IVpcEndpoint): string {
  const { vpcEndpointId, node } = endpoint;
  return Token.isUnresolved(vpcEndpointId) ? node.path : vpcEndpointId;
}

/** A matrix whose endpoints say where they may be called from. */
export type SourcedMatrix = Omit<AccessMatrix, 'endpoints'> & {
  readonly endpoints: readonly (AccessMatrix['endpoints'][number] & EndpointSources)[];
};

const KINDS = ['sourceRanges', 'vpcEndpointIds'] as const;
/** What a kind is called where it is declared. */
const OPTION = { sourceRanges: 'sourceRanges', vpcEndpointIds: 'vpcEndpoints' } as const;

/**
 * Where an endpoint may be called from, as declared.
 *
 * @throws BH1033 where VPC endpoints are not those of the API, or ranges are for a private API, whose callers have no
 * public address; as `checkSourceRanges`
 */
export function sourcesOf(
  at: IConstruct,
  endpoint: string,
  { sourceRanges, vpcEndpoints }: Pick<EndpointOptions, 'sourceRanges' | 'vpcEndpoints'>,
  api: Pick<FrontDoorProps, 'vpcEndpoints'>,
): EndpointSources {
  const known = api.vpcEndpoints?.map((each) => each.vpcEndpointId) ?? [];
  const vpcEndpointIds = vpcEndpoints?.map((each) => each.vpcEndpointId);
  const faults = [
    [vpcEndpointIds?.length === 0, 'has empty `vpcEndpoints`', 'list at least one, or leave it out'],
    [
      vpcEndpointIds?.some((id) => !known.includes(id)) === true,
      'has `vpcEndpoints` that the API does not have',
      'list them in the `vpcEndpoints` of the API too, which makes it private',
    ],
    [
      sourceRanges !== undefined && known.length > 0,
      'has `sourceRanges` on a private API',
      'use `vpcEndpoints`: on its way through one, a call has no public address',
    ],
  ] as const;
  const fault = faults.find(([isFault]) => isFault);
  if (fault !== undefined) {
    throw misuse(at, {
      code: 'BH1033',
      what: `endpoint \`${endpoint}\` ${fault[1]}`,
      why: 'nobody could call it',
      mend: fault[2],
    });
  }
  if (sourceRanges !== undefined) checkSourceRanges(at.node.path, sourceRanges);
  return { sourceRanges, vpcEndpointIds };
}

/** The Denies that keep calls from elsewhere away. */
export function sourceDenies(matrix: SourcedMatrix): iam.PolicyStatement[] {
  if (isOpen(matrix)) return [];
  return (overlaps(matrix) ?? []).flatMap(({ pattern }, at) => {
    const { sourceRanges, vpcEndpointIds } = matrix.endpoints[at];
    return [
      ...(sourceRanges === undefined ? [] : [deny(pattern, { NotIpAddress: { 'aws:SourceIp': [...sourceRanges] } })]),
      ...(vpcEndpointIds === undefined
        ? []
        : [deny(pattern, { StringNotEquals: { 'aws:SourceVpce': [...vpcEndpointIds] } })]),
    ];
  });
}

function deny(pattern: string, conditions: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: [`execute-api:/${pattern}`],
    conditions,
  });
}

/**
 * Where the pattern of one endpoint matches every request of another, both have to say the same.
 *
 * @throws BH1028 where an endpoint and one that is there already do not
 */
export function checkSourcesBeside(
  at: IConstruct,
  added: SourcedMatrix['endpoints'][number],
  before: SourcedMatrix['endpoints'],
): void {
  for (const other of before) {
    if (other.method !== added.method) continue;
    for (const [own, inner] of [
      [added, other],
      [other, added],
    ]) {
      const kind = KINDS.find((each) => own[each] !== undefined && sorted(own[each]) !== sorted(inner[each]));
      if (kind !== undefined && isWithin(inner.path, own.path)) throw apart(at, own, inner, kind);
    }
  }
}

/**
 * A pattern spans more than its endpoint: where what it also reaches may be called from elsewhere, it is refused. Of
 * endpoints whose patterns meet in part, a third one may take what they share, so that this is known only in the end.
 */
export function checkSourceOverlaps(at: IConstruct, matrix: SourcedMatrix): string[] {
  if (isOpen(matrix)) return [];
  return (overlaps(matrix) ?? []).flatMap(({ others }, place) =>
    KINDS.flatMap((kind) => {
      const own = matrix.endpoints[place];
      if (own[kind] === undefined) return [];
      const other = others.find((each) => sorted(matrix.endpoints[each][kind]) !== sorted(own[kind]));
      return other === undefined ? [] : [apart(at, own, matrix.endpoints[other], kind).message];
    }),
  );
}

type Endpoint = SourcedMatrix['endpoints'][number];

function apart(at: IConstruct, own: Endpoint, other: Endpoint, kind: (typeof KINDS)[number]): Error {
  const option = OPTION[kind];
  return misuse(at, {
    code: 'BH1028',
    what: `endpoint \`${nameOf(own)}\` has \`${option}\` that \`${nameOf(other)}\` has not`,
    why: 'the pattern of the one matches requests of the other, since `*` spans `/` in IAM',
    mend: `give both the same \`${option}\`, or change the literal part of one path`,
  });
}

function isOpen({ endpoints }: SourcedMatrix): boolean {
  return endpoints.every((each) => KINDS.every((kind) => each[kind] === undefined));
}

function sorted(values: readonly string[] = []): string {
  return [...values].sort().join();
}
