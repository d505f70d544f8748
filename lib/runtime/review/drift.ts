import type { ChangeExample } from '../../engine/changes/policy-change';
import { nameOf } from './call';
import type { Deployed } from './deployed';

/**
 * How something differs from what was declared. `weakened` is less of a guard or of a record; `unknown` what could not be
 * compared.
 * INVARIANT: what could not be read is `unknown`, never left out.
 */
export type DriftSort = 'deleted' | 'widened' | 'narrowed' | 'weakened' | 'changed' | 'unknown';

export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL';

/** One difference between what is deployed and what was declared. */
export interface Drift {
  readonly stack: string;
  readonly logicalId: string;
  /** As CloudFormation names it. */
  readonly type: string;
  /** The ARN, or else the physical id. */
  readonly resource: string;
  readonly constructPath?: string;
  /** Which part of it, in a word or two: with stack and logical id the identity of the difference. */
  readonly aspect: string;
  readonly sort: DriftSort;
  readonly severity: Severity;
  /** In words, without the name of the resource. */
  readonly what: string;
  readonly example?: ChangeExample;
}

/** A difference before it is said of which resource. */
export type Difference = Pick<Drift, 'aspect' | 'sort' | 'severity' | 'what' | 'example'>;

export function driftOf(of: Deployed, { aspect, sort, severity, what, example }: Difference): Drift {
  const { stack, logicalId, type, constructPath } = of;
  return {
    stack,
    logicalId,
    type,
    resource: of.arn ?? of.physicalId,
    ...(constructPath === undefined ? {} : { constructPath }),
    aspect,
    sort,
    severity,
    what,
    ...(example === undefined ? {} : { example }),
  };
}

export function unknownDifference(aspect: string, why: string): Difference {
  return { aspect, sort: 'unknown', severity: 'MEDIUM', what: `could not be compared: ${why}` };
}

export function deletedDifference(what: string): Difference {
  return { aspect: 'Existence', sort: 'deleted', severity: 'HIGH', what };
}

/** What a part finds; where it cannot be read, that it is not known, so that the other parts are compared all the same. */
export async function attempt(
  aspect: string,
  find: () => Promise<readonly Difference[]>,
): Promise<readonly Difference[]> {
  try {
    return await find();
  } catch (error) {
    const { operation = 'reading' } = error as { readonly operation?: string };
    return [unknownDifference(aspect, `${nameOf(error)} at ${operation}`)];
  }
}
