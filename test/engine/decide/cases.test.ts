import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import type { ContextValue, Question } from '../../../lib/engine/decide/decision';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { NamedPolicy } from '../../../lib/engine/world/world';
import type { PolicyText } from '../../../lib/model/policy';
import { ABSENT } from '../../../lib/model/value';
import type { Value } from '../../../lib/model/value';
import apiGateway from '../../cases/decide-api-gateway.json';
import identity from '../../cases/decide-identity.json';
import keysAndTrust from '../../cases/decide-keys-and-trust.json';
import organization from '../../cases/decide-organization.json';
import { verdict } from './support';

interface Case {
  readonly name: string;
  readonly resources: Readonly<Record<string, unknown>>;
  readonly principal?: string | Question['principal'];
  readonly action: string;
  readonly resource: unknown;
  readonly resourceAccount?: string;
  /** `null` for a key that is absent. */
  readonly context?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly session?: { readonly name?: string; readonly policies?: readonly Value[] };
  readonly scps?: readonly (readonly Value[])[];
  readonly rcps?: readonly Value[];
  readonly expected: string;
  readonly page: string;
}

const policy = (statements: Value): NamedPolicy => ({
  place: 'file',
  document: parsePolicy({ Statement: statements }),
});

function outcome(each: Case): string {
  const probe = { Type: 'Test::Probe', Properties: { Value: each.resource } };
  const body = { Resources: { ...each.resources, Probe: probe } };
  const snapshot = snapshotOf([{ name: 'T', file: 't.json', account: '111122223333', region: 'eu-west-1', body }]);
  const world = worldOf(snapshot, {
    scps: (each.scps ?? []).map((level) => level.map(policy)),
    rcps: (each.rcps ?? []).map(policy),
  });
  const { principal = 'Role', session } = each;
  const who = typeof principal === 'string' ? world.principal(`T#${principal}`) : principal;
  if (who === undefined) throw new Error(`no principal in ${each.name}`);
  const context = Object.entries(each.context ?? {}).map(([key, value]): [string, ContextValue] => [
    key,
    value ?? ABSENT,
  ]);
  return verdict(
    decide(
      {
        principal: who,
        action: each.action,
        resource: snapshot.byKey('T#Probe')?.properties.Value as PolicyText,
        ...(context.length === 0 ? {} : { context: Object.fromEntries(context) }),
        ...(each.resourceAccount === undefined ? {} : { resourceAccount: each.resourceAccount }),
        ...(session === undefined
          ? {}
          : {
              session: {
                ...(session.name === undefined ? {} : { name: session.name }),
                policies: (session.policies ?? []).map((each) => policy(each).document),
              },
            }),
      },
      world,
    ),
  );
}

describe.each([
  ['API Gateway', apiGateway],
  ['identity and resource policies', identity],
  ['keys and trust', keysAndTrust],
  ['the organization', organization],
] as unknown as readonly (readonly [string, readonly Case[]])[])('%s', (_, cases) => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    expect(outcome(each)).toBe(each.expected);
  });
});
