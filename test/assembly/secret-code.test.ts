import { describe, expect, it } from 'vitest';
import { secretsAssignedIn, secretsInJson } from '../../lib/assembly/secret-code';

describe('a secret that code assigns', () => {
  it.each([
    ['const dbPassword = "hunter2-Hunter2";', 'dbPassword'],
    ["{ 'api_key': 'k3y_9F8e7D6c5b' }", 'api_key'],
    ['token := `abc123def456`', 'token'],
    ['#!/bin/sh\nexport DB_PASSWORD=hunter2hunter2\n', 'DB_PASSWORD'],
  ])('is found by its name: %s', (code, name) => expect(secretsAssignedIn(code)).toEqual([name]));

  it.each([
    'const secretName = "orders/upstream-1";',
    'const password = process.env.DB_PASSWORD_1;',
    'const password = `${prefix}12345678`;',
    'const secret = "orders-db-secret-1";',
    'const token = "authorization";',
    'const token = await sign({ secret: "<put it here 1>" });',
    'const tokenUrl = "https://auth.example.com/v1";',
    'password: "{{resolve:secretsmanager:x}}"',
    'export DB_PASSWORD=$(aws secretsmanager get-secret-value)',
    'const errors = { password: "must have 8 characters" };',
  ])('is none of these: %s', (code) => expect(secretsAssignedIn(code)).toEqual([]));

  it('takes no longer for a long line of nothing', () => {
    const long = `${'password '.repeat(20_000)}"`;
    const start = performance.now();
    expect(secretsAssignedIn(long)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('a secret in JSON', () => {
  it('is found beside what is not known', () => {
    expect(secretsInJson('{"password":"hunter2","host":"<hole>","port":<hole>}', '<hole>')).toEqual(['password']);
  });

  it('is none where it is not known itself, resolved at deployment, or no secret', () => {
    const text = '{"password":"<hole>","token":"{{resolve:secretsmanager:x}}","username":"admin"}';
    expect(secretsInJson(text, '<hole>')).toEqual([]);
  });
});
