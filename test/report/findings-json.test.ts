import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { findingsJson } from '../../lib/report/findings-json';
import { finding, report } from './sample';

const schema = JSON.parse(readFileSync(join(__dirname, '../../docs/check.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: false }).compile(schema);

describe('findings as JSON', () => {
  it('are as their schema says, those of duties and environments included', () => {
    const ids = ['Bulkhead-IAM1', 'Bulkhead-SOD-provision-deploy-watch-audit', 'Bulkhead-ENV-undeclared'];
    isValid(JSON.parse(findingsJson(report(ids.map((ruleId) => finding({ ruleId }))))));
    expect(isValid.errors ?? []).toEqual([]);
  });

  it('has the fields of the contract and no others', () => {
    const { version, findings, summary } = JSON.parse(findingsJson(report([finding({ detail: 'Action::s3:*' })])));
    expect(version).toBe(1);
    expect(findings).toEqual([
      {
        ruleId: 'Bulkhead-IAM1',
        severity: 'error',
        title: 'Policy allows every action',
        message: 'allows `s3:*` on `*`',
        fix: 'Name the actions.',
        template: 'Prod/Orders',
        logicalId: 'ReaderPolicy1A2B',
        constructPath: 'Prod/Orders/Reader/Policy/Resource',
        certainty: 'certain',
      },
    ]);
    expect(summary).toEqual({
      findings: 1,
      bySeverity: { error: 1, warning: 0 },
      byRule: { 'Bulkhead-IAM1': 1 },
      files: 1,
      resources: 12,
    });
  });

  it('says null where there is no logical id or construct path', () => {
    const { findings } = JSON.parse(
      findingsJson(report([finding({ logicalId: undefined, constructPath: undefined })])),
    );
    expect(findings[0]).toMatchObject({ logicalId: null, constructPath: null });
  });

  it('matches its schema', () => {
    const everything = report([
      finding(),
      finding({ certainty: 'possible', unknowns: ['parameter "A"'], principal: 'Prod/Orders/Clerk' }),
      finding({ severity: 'warning', logicalId: undefined, constructPath: undefined }),
    ]);
    for (const result of [report(), everything]) {
      isValid(JSON.parse(findingsJson(result)));
      expect(isValid.errors ?? []).toEqual([]);
    }
  });

  it('has a schema that refuses a missing field', () => {
    const { title: _, ...incomplete } = JSON.parse(findingsJson(report([finding()]))).findings[0];
    expect(isValid({ ...JSON.parse(findingsJson(report())), findings: [incomplete] })).toBe(false);
  });
});
