import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import type { EndpointOptions } from './endpoint-options';

/** What `x-cdk-bulkhead` of an operation says besides who calls. */
type Declared = Pick<
  EndpointOptions,
  'highValue' | 'reviewBy' | 'replacedBy' | 'lastDay' | 'wildcardReason' | 'scopes' | 'jwtAuthorizer'
>;

/** How each member has to look. */
const MEMBERS: Readonly<Record<string, 'text' | 'texts' | 'yes or no'>> = {
  callers: 'texts',
  highValue: 'yes or no',
  reviewBy: 'text',
  replacedBy: 'text',
  lastDay: 'text',
  wildcardReason: 'text',
  scopes: 'texts',
};

/**
 * Reads `x-cdk-bulkhead`, as `openApi()` writes it. A member that is not known is refused, since a limit that is misspelt
 * would be none.
 *
 * @throws BH1036 where it cannot be read, names other callers than were given, or asks for tokens without an authorizer
 */
export function declaredIn(
  at: IConstruct,
  operation: unknown,
  whose: string,
  { callers, jwtAuthorizer }: Pick<EndpointOptions, 'callers' | 'jwtAuthorizer'>,
): Declared {
  const { 'x-cdk-bulkhead': given } = (operation ?? {}) as { readonly 'x-cdk-bulkhead'?: unknown };
  if (given === undefined) return {};
  const refuse = (what: string, mend: string): Error =>
    misuse(at, { code: 'BH1036', what: `\`x-cdk-bulkhead\` of operation \`${whose}\` ${what}`, mend });
  const members = sortOf(given) === 'map' ? Object.entries(given as object) : [['', undefined] as const];
  for (const [name, value] of members) {
    if (Object.hasOwn(MEMBERS, name) && sortOf(value) === MEMBERS[name]) continue;
    throw refuse(
      name === '' ? 'is no map' : `has a \`${name}\` that is not read`,
      `write it as \`openApi()\` does, with ${Object.keys(MEMBERS).join(', ')}`,
    );
  }
  const {
    callers: named,
    scopes,
    ...rest
  } = given as Declared & {
    readonly callers?: readonly string[];
  };
  if (named !== undefined && !isSame(named, callers)) {
    throw refuse(
      `names the callers ${list(named)}, and \`callersByOperation\` ${list(callers.map(pathOf))}`,
      'list the same roles in both, or take `callers` out of the document',
    );
  }
  if (scopes === undefined) return rest;
  if (jwtAuthorizer === undefined) throw refuse('has `scopes`', 'give a `jwtAuthorizer`, which decides on tokens');
  return { ...rest, scopes, jwtAuthorizer };
}

function sortOf(value: unknown): string {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string') ? 'texts' : 'list';
  if (typeof value === 'object' && value !== null) return 'map';
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'yes or no' : 'other';
}

function isSame(named: readonly string[], callers: readonly iam.IRole[]): boolean {
  return JSON.stringify([...named].sort()) === JSON.stringify(callers.map(pathOf).sort());
}

function pathOf(role: iam.IRole): string {
  return role.node.path;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((each) => `\`${each}\``).join(', ');
}
