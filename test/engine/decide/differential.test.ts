import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import type { Context as EngineContext, Question } from '../../../lib/engine/decide/decision';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { isAbsent } from '../../../lib/model/value';
import type { Value } from '../../../lib/model/value';
import { allows, simulates } from '../../oracle/iam-simulate';
import type { OracleRequest } from '../../oracle/iam-simulate';
import {
  ACTION_PATTERNS,
  ARN_OF,
  EVERYTHING,
  RESOURCE_PATTERNS,
  ROLE,
  SESSION,
  THINGS,
  asked,
  cases,
  factsOf,
  thingOf,
} from '../../oracle/random-cases';
import type { Asked, Case, Context, Request } from '../../oracle/random-cases';
import { effort } from '../../support/effort';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const REQUESTS = 10;
const TIMEOUT = 240_000;
let decisions = 0;
let witnesses = 0;
let questions = 0;
let allowed = 0;
let exact = 0;
const seen = new Map<string, number>();

/** Where the two differ for good: which side AWS takes, and the page that says so. */
interface Divergence {
  readonly name: string;
  readonly page: string;
  /** `truth` is what the other evaluator says. */
  readonly applies: (given: Case, request: Request, truth: boolean) => boolean;
  /** Whether they agree all the same where the question gives the keys. */
  readonly whereOpen?: true;
}
const DIVERGENCES: readonly Divergence[] = [
  {
    name: 'what a resource policy grants to the session itself is not limited by its session policy',
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session',
    applies: ({ session, guards }, { thing }, truth) =>
      !truth && session !== undefined && JSON.stringify(guards[thing.guard ?? 'Data'] ?? '').includes(SESSION),
  },
  {
    name: 'KMS and sts:AssumeRole take no unsigned request, whoever the policy names',
    page: 'https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html',
    applies: ({ who }, { action }, truth) => truth && who === 'anonymous' && /^(kms:|sts:AssumeRole$)/i.test(action),
  },
  {
    name: 'an account in NotPrincipal beside one of its principals is listed for that one alone',
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html',
    applies: ({ who, guards }, { thing }, truth) =>
      truth && notListed(ARN_OF[who], JSON.stringify(guards[thing.guard ?? 'Data'] ?? '')),
  },
  {
    whereOpen: true,
    name: 'who may not set a source identity or tag a session cannot assume a role with either',
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required',
    applies: (_, { action, context }, truth) =>
      truth && /^sts:AssumeRole/i.test(action) && Object.keys(context).some((key) => SESSION_KEYS.test(key)),
  },
];

/** Whether a NotPrincipal lists the account of a caller and others of it, and the caller not. */
function notListed(caller: string, policy: string): boolean {
  const [account] = /\d{12}/.exec(caller) ?? ['none'];
  return [...policy.matchAll(/"NotPrincipal":\{"AWS":(\[[^\]]*\])/g)].some(([, list]) => {
    const listed = JSON.parse(list) as readonly string[];
    const own = listed.filter((each) => each.includes(account));
    const isRole = /:assumed-role\/reader\//.test(caller);
    const itself = own.some((each) => each === caller || (isRole && each === ROLE));
    return !itself && own.some((each) => /:root$|^\d+$/.test(each)) && own.some((each) => each.includes('/'));
  });
}

/** Keys of an assumed role that ask for `sts:SetSourceIdentity` or `sts:TagSession`. */
const SESSION_KEYS = /^(sts:SourceIdentity|sts:TransitiveTagKeys|aws:TagKeys|aws:RequestTag\/.*)$/i;

function explained(given: Case, request: Request, truth: boolean, keysGiven = false): boolean {
  const found = DIVERGENCES.find(
    ({ applies, whereOpen }) => !(keysGiven && whereOpen === true) && applies(given, request, truth),
  );
  if (found !== undefined) seen.set(found.name, (seen.get(found.name) ?? 0) + 1);
  return found !== undefined;
}

function question({ world, principal }: Asked, given: Case, { thing, action }: Request): Question {
  const own = world.resourcePolicies.get(thing.symbolic ?? '');
  return {
    principal,
    action,
    resource: thing.symbolic === undefined ? thing.arn : (own?.arn ?? thing.arn),
    resourceAccount: thing.account,
    ...(given.who === 'role'
      ? {
          session: {
            name: 's',
            ...(given.session === undefined ? {} : { policies: [parsePolicy(given.session as unknown as Value)] }),
          },
        }
      : {}),
  };
}

function oracleRequest(given: Case, { thing, action, context }: Request): OracleRequest {
  const ours = given.who === 'role' || given.who === 'user';
  const foreign = given.who === 'stranger';
  const policy = thing.guard === undefined ? undefined : given.guards[thing.guard];
  return {
    principal: ARN_OF[given.who],
    action,
    resource: thing.arn,
    resourceAccount: thing.account,
    context: { ...context, ...factsOf(given.who, thing) },
    // Of a stranger it is taken that its own side allows everything.
    identity: ours ? given.identity : foreign ? [EVERYTHING] : [],
    ...(ours && given.boundary !== undefined ? { boundary: given.boundary } : {}),
    ...(given.session === undefined ? {} : { session: given.session }),
    scps: ours ? given.scps : [],
    rcps: given.rcps,
    ...(policy === undefined && (thing.guard === 'Key' || thing.guard === 'Target')
      ? { resourcePolicy: { Version: '2012-10-17', Statement: [] } }
      : {}),
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  };
}

/** The context of a witness, and of keys that it leaves open any value. */
function replayed(witness: EngineContext, rest: Context): Context {
  const named = new Set(Object.keys(witness).map((key) => key.toLowerCase()));
  const others = Object.entries(rest).filter(([key]) => !named.has(key.toLowerCase()));
  const found = Object.entries(witness).filter(([, value]) => !isAbsent(value as Value));
  return Object.fromEntries([
    ...others,
    ...found.map(([key, value]) => [
      key,
      key.toLowerCase() === 'aws:tagkeys' || !Array.isArray(value) ? value : value[0],
    ]),
  ]) as Context;
}

function compare(given: Case, it: Asked, request: Request, truth: boolean): void {
  const base = question(it, given, request);
  const one = decide({ ...base, context: request.context, closed: true }, it.world);
  decisions += 1;
  if (truth) allowed += 1;
  if (one.must === one.may) exact += 1;
  const open = decide(base, it.world);
  const wrongGiven = truth ? !one.may : one.must;
  const wrongOpen = truth ? !open.may : open.unconditional;
  if ((wrongGiven || wrongOpen) && !explained(given, request, truth, wrongGiven)) {
    throw new Error(
      `oracle ${truth}, closed ${one.must}/${one.may}, open ${open.must}/${open.may}: ${JSON.stringify(oracleRequest(given, request))}`,
    );
  }
}

/** Where some request is allowed, the witness is; where none is, each that matches is denied. */
function comparePattern(given: Case, { world, principal }: Asked, action: string, resource: string): void {
  const session = given.who === 'role' ? { session: { name: 's' } } : {};
  const { may, must, witness } = decide({ principal, action, resource, ...session }, world);
  questions += 1;
  if (must && witness !== undefined && typeof witness.resource === 'string') {
    witnesses += 1;
    const [{ context: rest }] = given.requests;
    const request = {
      thing: thingOf(witness.resource),
      action: witness.action,
      context: replayed(witness.context, rest),
    };
    expect(isMatch(action, witness.action) && isMatch(resource, witness.resource)).toBe(true);
    if (!allows(oracleRequest(given, request)) && !explained(given, request, false)) {
      throw new Error(
        `the witness of ${action} on ${resource} is denied: ${JSON.stringify(oracleRequest(given, request))}`,
      );
    }
  }
  if (may) return;
  for (const thing of THINGS.filter(({ arn }) => isMatch(resource, arn))) {
    for (const name of thing.actions.filter((each) => isMatch(action, each))) {
      for (const { context } of given.requests) {
        const request = { thing, action: name, context };
        if (allows(oracleRequest(given, request)) && !explained(given, request, true)) {
          throw new Error(`${action} on ${resource}: allowed is ${JSON.stringify(oracleRequest(given, request))}`);
        }
      }
    }
  }
}

function isMatch(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}

describe(`decisions beside another evaluator, seed ${SEED}`, () => {
  afterAll(() => {
    console.log(
      `differential, FUZZ_SEED=${SEED}: ${decisions} decisions (${allowed} allowed, ${exact} decided exactly), ` +
        `${questions} questions by pattern, ${witnesses} witnesses replayed, standing divergences: ${JSON.stringify(Object.fromEntries(seen))}`,
    );
  });

  const agree = (given: Case): void => {
    const it = asked(given);
    for (const request of given.requests) {
      compare(given, it, request, allows(oracleRequest(given, request)));
      const { witness } = decide(question(it, given, request), it.world);
      if (witness === undefined) continue;
      witnesses += 1;
      const context = replayed(witness.context, request.context);
      if (!allows(oracleRequest(given, { ...request, context })) && !explained(given, request, false)) {
        throw new Error(
          `the witness is denied: ${JSON.stringify(witness)} ${JSON.stringify(oracleRequest(given, { ...request, context }))}`,
        );
      }
    }
  };

  it(
    'agree on identity policies',
    () => {
      fc.assert(fc.property(cases(REQUESTS, true, false), agree), { numRuns: effort(1200), seed: SEED });
    },
    TIMEOUT,
  );

  it(
    'agree on policies of all kinds',
    () => {
      fc.assert(fc.property(cases(REQUESTS, false, false), agree), { numRuns: effort(780), seed: SEED });
    },
    TIMEOUT,
  );

  it(
    'agree on sessions with a policy',
    async () => {
      await fc.assert(
        fc.asyncProperty(cases(4, false, true), async (given) => {
          const it = asked(given);
          for (const each of given.requests) {
            // The oracle drops keys that the action does not declare.
            const { 'aws:TagKeys': _, ...context } = each.context;
            const request = { ...each, context };
            compare(given, it, request, await simulates(oracleRequest(given, request)));
          }
        }),
        { numRuns: effort(100), seed: SEED },
      );
    },
    TIMEOUT,
  );

  it(
    'agree on patterns',
    () => {
      const patterns = fc.tuple(fc.constantFrom(...ACTION_PATTERNS), fc.constantFrom(...RESOURCE_PATTERNS));
      fc.assert(
        fc.property(cases(4, false, false), fc.array(patterns, { minLength: 4, maxLength: 4 }), (given, asks) => {
          const it = asked(given);
          for (const [action, resource] of asks) comparePattern(given, it, action, resource);
        }),
        { numRuns: effort(250), seed: SEED },
      );
    },
    TIMEOUT,
  );

  it('were at least 20,000 in CI', () => expect(decisions).toBeGreaterThanOrEqual(effort(20_000)));
});
