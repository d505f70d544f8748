import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import type { Decision, Question } from '../../../lib/engine/decide/decision';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { Principal, World, WorldOptions } from '../../../lib/engine/world/world';

type Json = Readonly<Record<string, unknown>>;

/** The world of one template `T`, deployed to account 111122223333 in eu-west-1 unless said otherwise. */
export function world(resources: Json, options: WorldOptions = {}, rest: Json = {}, sections: Json = {}): World {
  const environment = { account: '111122223333', region: 'eu-west-1' };
  return worldOf(
    snapshotOf([{ name: 'T', file: 't.json', ...environment, ...rest, body: { ...sections, Resources: resources } }]),
    options,
  );
}

export function principal(of: World, logicalId = 'Role'): Principal {
  const found = of.principal(`T#${logicalId}`);
  if (found === undefined) throw new Error(`no principal ${logicalId}`);
  return found;
}

/** What a role may do, of which only the identity policy matters. */
export function role(statements: readonly Json[], rest: Json = {}): Json {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'reader',
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }],
      ...rest,
    },
  };
}

export function allow(action: unknown, resource: unknown = '*', rest: Json = {}): Json {
  return { Effect: 'Allow', Action: action, Resource: resource, ...rest };
}

export function deny(action: unknown, resource: unknown = '*', rest: Json = {}): Json {
  return { Effect: 'Deny', Action: action, Resource: resource, ...rest };
}

/** `must`, `may`, or `no`. */
export function verdict({ may, must }: Pick<Decision, 'may' | 'must'>): string {
  return must ? 'must' : may ? 'may' : 'no';
}

export function ask(of: World, question: Partial<Question> & Pick<Question, 'action' | 'resource'>): string {
  return verdict(decide({ principal: principal(of), ...question }, of));
}
