import { describe, expect, it } from 'vitest';
import { secretsAssignedIn, secretsInJson, secretsInJsonFile, secretsInSettings } from '../../lib/assembly/secret-code';

describe('a secret that code assigns', () => {
  it.each([
    ['const dbPassword = "hunter2-Hunter2";', 'dbPassword'],
    ["{ 'api_key': 'k3y_9F8e7D6c5b' }", 'api_key'],
    ['token := `abc123def456`', 'token'],
    ['#!/bin/sh\nexport DB_PASSWORD=hunter2hunter2\n', 'DB_PASSWORD'],
    ['    commands:\n      - export NPM_TOKEN=hunter2-Prod9x', 'NPM_TOKEN'],
    ['{"commands":["export NPM_TOKEN=hunter2-Prod9x && npm ci"]}', 'NPM_TOKEN'],
    ['./app --db-password hunter2-Prod9x --port 80', 'db-password'],
    ["pymysql.connect(host='db', password='Sup3rS3cret9x')", 'password'],
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
    './app --password-file /run/secrets/db1 --token-url https://auth.example.com/v1',
    'app --password $DB_PASSWORD1',
    'export TOKEN=$(cat token.txt)',
  ])('is none of these: %s', (code) => expect(secretsAssignedIn(code)).toEqual([]));

  it('takes no longer for a long line of nothing', () => {
    const long = `${'password '.repeat(20_000)}"`;
    const start = performance.now();
    expect(secretsAssignedIn(long)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('a secret in a file of settings', () => {
  it.each([
    ['password: Sup3rS3cret9\nhost: db', ['password']],
    ['db.password = Sup3rS3cret9', ['db.password']],
    ['api_key: "f3b1a9c7d5e2f3b1"', ['api_key']],
    ['password: ${DB_PASSWORD1}', []],
    ['password: changeme-please', []],
    ['password:\n  minLength: 12345678', []],
    ['token: !Ref Token12345', []],
    ['secretName: orders/db1-main', []],
  ])('%s', (text, names) => expect(secretsInSettings(text)).toEqual(names));

  it.each([
    ['{"db":{"password":"Sup3rS3cret9"}}', ['password']],
    ['{"password":"Passwort","token":"Zugriffs-Token","secret":"two words 12"}', []],
    ['{"password.$":"$.password1","token":"{% $states.input.token1 %}"}', []],
    ['{"passwordPolicy":"min12chars"}', []],
  ])('%s', (text, names) => expect(secretsInJsonFile(text)).toEqual(names));
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
