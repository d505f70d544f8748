import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayBeSecret, saysSecret } from '../../lib/assembly/secret-names';
import { effort } from '../support/effort';

describe('a path', () => {
  const word = fc.stringMatching(/^([A-Z]?[a-z]{1,8}\d{0,4}){1,3}$|^[A-Z]{2,4}\d{0,3}$|^\d{1,4}$|^v\d\.\d$/);
  const segment = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('-'));
  const path = fc.tuple(
    fc.constantFrom('', '/'),
    fc.stringMatching(/^[A-Za-z]{1,8}\d{0,3}$/),
    fc.array(segment, { minLength: 1, maxLength: 5 }),
  );

  it('of the construct tree, or of a store of secrets, is a name, with digits anywhere', () => {
    fc.assert(
      fc.property(path, ([slash, first, others]) => !mayBeSecret(slash + [first, ...others].join('/'))),
      { numRuns: effort(2000) },
    );
  });

  it.each([
    'prod/db1',
    'orders-v2/db',
    'Orders2/PartnerToken',
    'Prod-EU1/S3Token',
    '/2027/db',
    'Orders/Oauth2Token',
    'a/K8s',
  ])('is no secret: %s', (text) => expect(mayBeSecret(text)).toBe(false));

  it.each(['hunter2', 'kT9x2Lm4Qa7Zr1/Vb8Nw3', 'Zm9vYmFyYmF6cXV4/A+b1', 'p4ss/w0rd!', 'dGhpcyBp/cyBhIHRlc3Q='])(
    'is none of these: %s',
    (text) => expect(mayBeSecret(text)).toBe(true),
  );
});

it('a name says what a path is for', () => {
  expect(saysSecret('CREDENTIAL_PATH')).toBe(false);
  expect(saysSecret('CREDENTIAL')).toBe(true);
});
