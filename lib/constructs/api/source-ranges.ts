import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { nameOf } from '../../engine/compile/matrix';
import type { AccessMatrix } from '../../engine/compile/access-matrix';
import { overlaps } from '../../engine/compile/overlaps';
import { misuse } from '../../private/errors';

/** An endpoint of the matrix, and where it may be called from. */
export type RangedEndpoint = AccessMatrix['endpoints'][number] & { readonly sourceRanges?: readonly string[] };

/** A matrix with such endpoints. */
export type RangedMatrix = Omit<AccessMatrix, 'endpoints'> & { readonly endpoints: readonly RangedEndpoint[] };

/** The Denies that keep calls from elsewhere away from endpoints with source ranges. */
export function sourceRangeDenies(matrix: RangedMatrix): iam.PolicyStatement[] {
  if (matrix.endpoints.every(({ sourceRanges }) => sourceRanges === undefined)) return [];
  const found = overlaps(matrix) ?? [];
  return found.flatMap(({ pattern }, at) => {
    const { sourceRanges } = matrix.endpoints[at];
    if (sourceRanges === undefined) return [];
    return [
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.StarPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: [`execute-api:/${pattern}`],
        conditions: { NotIpAddress: { 'aws:SourceIp': [...sourceRanges] } },
      }),
    ];
  });
}

/** A pattern spans more than its endpoint: where what it also reaches may be called from elsewhere, it is refused. */
export function checkSourceRangeOverlaps(at: IConstruct, matrix: RangedMatrix): string[] {
  if (matrix.endpoints.every(({ sourceRanges }) => sourceRanges === undefined)) return [];
  return (overlaps(matrix) ?? []).flatMap(({ others }, place) => {
    const own = matrix.endpoints[place];
    if (own.sourceRanges === undefined) return [];
    const same = [...own.sourceRanges].sort().join();
    const other = others.find((each) => [...(matrix.endpoints[each].sourceRanges ?? [])].sort().join() !== same);
    if (other === undefined) return [];
    const error = misuse(at, {
      code: 'BH1028',
      what: `endpoint \`${nameOf(own)}\` has source ranges that \`${nameOf(matrix.endpoints[other])}\` has not`,
      why: 'the pattern of the one matches requests of the other, since `*` spans `/` in IAM',
      mend: 'give both the same `sourceRanges`, or change the literal part of one path',
    });
    return [error.message];
  });
}
