import { reachOf } from '../engine/reach/reach-of';
import type { Lookup } from '../engine/answers/lookup';
import { principalNamed } from '../engine/answers/principal-named';
import type { Outsider } from '../engine/reach/outsider';
import type { Reach } from '../engine/reach/reach';
import { worldOf } from '../engine/world/world-of';
import type { Principal, World } from '../engine/world/world';
import { EXIT, UsageError } from './exit-code';
import type { ExitCode } from './exit-code';
import type { InputOptions } from './inputs';
import type { Io } from './io';
import { organizationPolicies } from './organization-policies';
import type { PolicyOptions } from './organization-policies';
import { snapshotOfInputs } from './snapshot-of-inputs';

/** What the commands ask. */
export interface EngineInput {
  readonly world: World;
  readonly reach: Reach;
  /** The exit code where the command itself finds nothing to complain about. */
  readonly whenFine: ExitCode;
}

/** Reads the inputs and the policies of the organization. @throws UsageError where anything cannot be read */
export function engineInput(inputs: readonly string[], options: InputOptions & PolicyOptions, io: Io): EngineInput {
  const policies = organizationPolicies(options);
  const { snapshot, isIncomplete } = snapshotOfInputs(inputs, options, io);
  const world = worldOf(snapshot, policies);
  return {
    world,
    reach: reachOf(world),
    whenFine: isIncomplete && options.allowMissingTemplates !== true ? EXIT.USAGE : EXIT.HOLDS,
  };
}

/** @throws UsageError BH5013 where no principal, or more than one, has this name */
export function principalAsked(name: string, world: World): Principal {
  return found(principalNamed(name, world), 'principal', name);
}

/**
 * A role or user, or somebody outside of the templates by the ARN, account or provider that policies name.
 *
 * @throws UsageError BH5013 where no principal, or more than one, has this name
 */
export function sourceAsked(name: string, world: World, reach: Reach): Principal | Outsider {
  const named = principalNamed(name, world);
  if (named.ok) return named.found;
  const isAsked = (each: Outsider): boolean => each.name === name || each.name === `arn:aws:iam::${name}:root`;
  return reach.outsiders().find(isAsked) ?? found(named, 'principal', name);
}

/** What was found, or bad usage with the candidates. */
export function found<T>(lookup: Lookup<T>, sort: 'principal' | 'resource', name: string): T {
  if (lookup.ok) return lookup.found;
  const { reason, candidates } = lookup;
  const list = candidates.map((each) => `\n  ${each}`).join('');
  if (reason === 'ambiguous') {
    throw new UsageError(`BH5014: more than one ${sort} is called \`${name}\`; ask for one of:${list}`);
  }
  if (reason === 'without-arn') {
    throw new UsageError(
      `BH5015: \`${name}\` has no ARN that the template tells, so that no policy can name it; ask for an ARN or a pattern of ARNs`,
    );
  }
  throw new UsageError(
    `BH5013: no ${sort} is called \`${name}\`; expected ${sort === 'principal' ? 'a role or user, for a group acts by its users, as ' : ''}a construct path, a logical id or an ARN${candidates.length === 0 ? `, and there is no ${sort} in the templates` : `, such as:${list}`}`,
  );
}
