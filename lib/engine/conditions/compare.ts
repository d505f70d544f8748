import type { PolicyText } from '../../model/policy';
import { canonical, sameText, textPattern } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import { secondsOf } from './dates';
import { covers, ipRangeOf, overlap } from './ip-ranges';
import { unescaped } from './variables';

/** Compares one value of the request with one value of the policy, its variables filled in. */
export type Compare = (request: PolicyText, policy: PolicyText) => Tri;

/** An operator without negation. */
export interface Operator {
  readonly compare: Compare;
  readonly negated: boolean;
  readonly family: 'string' | 'ignore-case' | 'like' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn';
}

const tri = (holds: boolean): Tri => (holds ? 'yes' : 'no');

const equals: Compare = (request, policy) => sameText(request, unescaped(policy));

const equalsIgnoreCase: Compare = (request, policy) => {
  const plain = unescaped(policy);
  if (typeof request !== 'string' || typeof plain !== 'string') {
    return canonical(request) === canonical(plain) ? equals(request, policy) : 'maybe';
  }
  return tri(request.toLowerCase() === plain.toLowerCase());
};

const like: Compare = (request, policy) => textPattern(policy).match(request, canonical(request), 'string');

const arnLike: Compare = (request, policy) => textPattern(policy).match(request, canonical(request), 'arn');

/** Of literals only; a text with holes may be any number, date or address. */
function literal(holds: (request: string, policy: string) => Tri): Compare {
  return (request, policy) => {
    const plain = unescaped(policy);
    return typeof request === 'string' && typeof plain === 'string' ? holds(request, plain) : 'maybe';
  };
}

function numeric(holds: (request: number, policy: number) => boolean): Compare {
  return literal((request, policy) => {
    const [one, other] = [numberOf(request), numberOf(policy)];
    return one === undefined || other === undefined ? 'no' : tri(holds(one, other));
  });
}

export function numberOf(source: string): number | undefined {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(source) ? Number(source) : undefined;
}

function date(holds: (request: number, policy: number) => boolean): Compare {
  return literal((request, policy) => {
    const [one, other] = [secondsOf(request), secondsOf(policy)];
    return one === undefined || other === undefined ? 'no' : tri(holds(one, other));
  });
}

const bool: Compare = literal((request, policy) => {
  const [one, other] = [request.toLowerCase(), policy.toLowerCase()];
  return tri(one === other && (other === 'true' || other === 'false'));
});

const binary: Compare = literal((request, policy) => tri(request === policy));

const ipAddress: Compare = literal((request, policy) => {
  const [one, other] = [ipRangeOf(request), ipRangeOf(policy)];
  if (one === undefined || other === undefined) return 'no';
  if (covers(other, one)) return 'yes';
  return overlap(other, one) ? 'maybe' : 'no';
});

/** Every operator but `Null`, by its name in the AWS documentation. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equals, negated: false, family: 'string' },
  StringNotEquals: { compare: equals, negated: true, family: 'string' },
  StringEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: false, family: 'ignore-case' },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: true, family: 'ignore-case' },
  StringLike: { compare: like, negated: false, family: 'like' },
  StringNotLike: { compare: like, negated: true, family: 'like' },
  NumericEquals: { compare: numeric((a, b) => a === b), negated: false, family: 'numeric' },
  NumericNotEquals: { compare: numeric((a, b) => a === b), negated: true, family: 'numeric' },
  NumericLessThan: { compare: numeric((a, b) => a < b), negated: false, family: 'numeric' },
  NumericLessThanEquals: { compare: numeric((a, b) => a <= b), negated: false, family: 'numeric' },
  NumericGreaterThan: { compare: numeric((a, b) => a > b), negated: false, family: 'numeric' },
  NumericGreaterThanEquals: { compare: numeric((a, b) => a >= b), negated: false, family: 'numeric' },
  DateEquals: { compare: date((a, b) => a === b), negated: false, family: 'date' },
  DateNotEquals: { compare: date((a, b) => a === b), negated: true, family: 'date' },
  DateLessThan: { compare: date((a, b) => a < b), negated: false, family: 'date' },
  DateLessThanEquals: { compare: date((a, b) => a <= b), negated: false, family: 'date' },
  DateGreaterThan: { compare: date((a, b) => a > b), negated: false, family: 'date' },
  DateGreaterThanEquals: { compare: date((a, b) => a >= b), negated: false, family: 'date' },
  Bool: { compare: bool, negated: false, family: 'bool' },
  BinaryEquals: { compare: binary, negated: false, family: 'binary' },
  IpAddress: { compare: ipAddress, negated: false, family: 'ip' },
  NotIpAddress: { compare: ipAddress, negated: true, family: 'ip' },
  ArnEquals: { compare: arnLike, negated: false, family: 'arn' },
  ArnLike: { compare: arnLike, negated: false, family: 'arn' },
  ArnNotEquals: { compare: arnLike, negated: true, family: 'arn' },
  ArnNotLike: { compare: arnLike, negated: true, family: 'arn' },
};
