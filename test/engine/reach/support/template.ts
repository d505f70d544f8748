import { snapshotOf } from '../../../../lib/assembly/snapshot';
import type { Fact, ReachOfPrincipal } from '../../../../lib/engine/reach/reach';
import { reachOf } from '../../../../lib/engine/reach/reach-of';
import type { World } from '../../../../lib/engine/world/world';
import { worldOf } from '../../../../lib/engine/world/world-of';

export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type Resources = Readonly<Record<string, Json>>;

export const ACCOUNT = '111122223333';

/** The world of one template in one account. */
export function worldFrom(resources: Resources, more: Readonly<Record<string, Json>> = {}): World {
  const body = { Resources: resources, ...more };
  return worldOf(snapshotOf([{ name: 'T', file: 'T.json', body, account: ACCOUNT, region: 'eu-west-1' }]));
}

export function reached(
  resources: Resources,
  from = 'Mallory',
  more: Readonly<Record<string, Json>> = {},
): ReachOfPrincipal {
  const found = reachOf(worldFrom(resources, more)).from(`T#${from}`);
  if (found === undefined) throw new Error(`no principal ${from}`);
  return found;
}

/** What was reached, as `admin`, logical ids and names. */
export function names(reach: ReachOfPrincipal): readonly string[] {
  return reach.facts.map(({ id }) => id.replace('T#', ''));
}

/** The steps of the trace: `technique: from > to`. */
export function steps(reach: ReachOfPrincipal, fact: Fact | undefined): readonly string[] {
  if (fact === undefined) return ['not reached'];
  return reach.trace(fact).map(({ technique, from, to }) => `${technique}: ${from} > ${to}`);
}

export function fact(reach: ReachOfPrincipal, id: string): Fact | undefined {
  return reach.facts.find((each) => each.id === id || each.id.replace('T#', '') === id);
}

export const allow = (actions: Json, resource: Json = '*', condition?: Json): Json => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});
export const deny = (actions: Json, resource: Json = '*'): Json => ({
  Effect: 'Deny',
  Action: actions,
  Resource: resource,
});
export const document = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });
export const inline = (...statements: readonly Json[]): Json => ({
  PolicyName: 'inline',
  PolicyDocument: document(...statements),
});
export const arn = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const ref = (id: string): Json => ({ Ref: id });

/** Who may assume a role: a service, or principals by ARN. */
export function trust(principal: Json): Json {
  return document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });
}

const ELSEWHERE = { AWS: 'arn:aws:iam::999988887777:root' };

export function role(statements: readonly Json[], trusted: Json = ELSEWHERE, more: Resources = {}): Json {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust(trusted),
      ...(statements.length === 0 ? {} : { Policies: [inline(...statements)] }),
      ...more,
    },
  };
}

export function user(statements: readonly Json[], more: Resources = {}): Json {
  return {
    Type: 'AWS::IAM::User',
    Properties: { ...(statements.length === 0 ? {} : { Policies: [inline(...statements)] }), ...more },
  };
}

export function managed(statements: readonly Json[], more: Resources = {}): Json {
  return { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document(...statements), ...more } };
}

export const resource = (type: string, properties: Resources = {}): Json => ({ Type: type, Properties: properties });
