import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallerGrouping } from '../../../lib/constructs/api/caller-grouping';
import { GuardDetail } from '../../../lib/constructs/api/guard-detail';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { integration, newStack, workload } from '../../constructs/api/support';
import { THOROUGH } from '../../support/effort';
import { snapshotOfTemplate } from '../rule-runner';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const HERE = { account: '111122223333', region: 'eu-west-1' };
const ROLES = ['One', 'Two', 'Three'] as const;
const RULES = allRules.filter(({ id }) => id.startsWith('API'));
/** Overlaps of every kind: parameters, literal siblings, what lies below, greedy paths. */
const PATHS = ['/a', '/a/{p}', '/a/b', '/a/{p}/c', '/a/b/c', '/d/{rest+}', '/d/e', '/{q}'];

const endpoints = fc.uniqueArray(
  fc.record({
    method: fc.constantFrom('GET', 'POST'),
    path: fc.constantFrom(...PATHS),
    callers: fc.subarray([...ROLES], { minLength: 1, maxLength: 2 }),
  }),
  { minLength: 3, maxLength: 7, selector: ({ method, path }) => `${method} ${path}` },
);

describe(`APIs that this library makes, seed ${SEED}`, () => {
  it('are fine by all rules for APIs, however their paths overlap and whatever the guard tells apart', () => {
    let made = 0;
    fc.assert(
      fc.property(
        endpoints,
        fc.constantFrom(...Object.values(GuardDetail)),
        fc.constantFrom(...Object.values(CallerGrouping)),
        fc.boolean(),
        (drawn, guardDetail, callersBy, cors) => {
          const stack = newStack(new App());
          const api = new LeastPrivilegeRestApi(stack, 'Api', {
            guardDetail,
            callersBy,
            ...(cors ? { cors: { allowOrigins: ['https://shop.example'] } } : {}),
          });
          const roles = new Map(ROLES.map((id) => [id, workload(stack, id)]));
          let body: unknown;
          try {
            for (const { method, path, callers } of drawn) {
              api.addEndpoint(`${method} ${path}`, {
                callers: callers.map((id) => roles.get(id) as ReturnType<typeof workload>),
                integration,
                wildcardReason: path.includes('+') ? 'one owner' : undefined,
              });
            }
            body = Template.fromStack(stack).toJSON();
          } catch (error) {
            // What no policy can tell apart is refused.
            expect(String(error)).toMatch(/BH1007|BH1013|BH1014/);
          }
          fc.pre(body !== undefined);
          made += 1;
          // A role that reads may be declared to write as well; that is not what is asked here.
          const found = runRules(snapshotOfTemplate(body, HERE), RULES, { today: '2026-06-30' });
          expect(
            found
              .filter(({ ruleId }) => ruleId !== 'Bulkhead-API9')
              .map(({ ruleId, message }) => `${ruleId} ${message}`),
          ).toEqual([]);
        },
      ),
      { numRuns: THOROUGH ? 60 : 4, seed: SEED, endOnFailure: true },
    );
    expect(made).toBeGreaterThan(3);
  }, 120_000);
});
