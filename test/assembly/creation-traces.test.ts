import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createdAt } from '../../lib/assembly/creation-traces';
import { readInputs } from '../../lib/assembly/read';
import { snapshotOf } from '../../lib/assembly/snapshot';

const TRACE = [
  'new Role (/app/node_modules/aws-cdk-lib/aws-iam/lib/role.js:1:2)',
  '...new Orders in @acme/orders...',
  'new OrdersStack (/app/lib/my orders.ts:12:5)',
  'Object.<anonymous> (/app/bin/app.ts:5:1)',
  'Module._compile (node:internal/modules/cjs/loader:1:1)',
];
const entry = (data: string, trace?: unknown) => [
  { type: 'aws:cdk:logicalId', data, ...(trace === undefined ? {} : { trace }) },
];

it('is the first frame of the app itself', () => {
  const metadata = {
    '/S/A/Resource': entry('A', TRACE),
    '/S/B': entry('B', ['at file:///app/lib/b.mjs:3:4']),
    '/S/C': entry('C', TRACE.slice(0, 2)),
    '/S/D': entry('D'),
    '/S/E': entry('E', 'no list'),
    '/S/F': 'no list',
    '/S/G': [{ type: 'aws:cdk:warning', data: 'x', trace: TRACE }],
  };
  expect([...createdAt(metadata)]).toEqual([
    ['S/A/Resource', '/app/lib/my orders.ts:12:5'],
    ['S/B', '/app/lib/b.mjs:3:4'],
  ]);
});

it('reaches the resources of a snapshot', () => {
  const folder = mkdtempSync(join(tmpdir(), 'traces-'));
  try {
    const properties = { templateFile: 'S.json' };
    const metadata = { '/S/A/Resource': entry('A', TRACE), '/S/B/Resource': entry('B') };
    const artifacts = { S: { type: 'aws:cloudformation:stack', properties, metadata } };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
    const Resources = { A: { Type: 'AWS::SQS::Queue' }, B: { Type: 'AWS::SQS::Queue' } };
    writeFileSync(join(folder, 'S.json'), JSON.stringify({ Resources }));
    const read = readInputs([folder]);
    const resources = read.ok ? snapshotOf(read.sources).resources : [];
    expect(resources.map(({ source }) => source)).toEqual(['/app/lib/my orders.ts:12:5', undefined]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
