import { describe, expect, it } from 'vitest';
import { attemptsOnRecord, writeRecord } from '../../../local/audit-record';
import type { Scene } from '../scene';

export function audit(scene: () => Scene): void {
  describe('the audit record', () => {
    it('is locked: not even who is asked for no permission can delete or shorten it', async () => {
      const { cloud, stage } = scene();
      const record = await writeRecord(cloud, stage);
      const s3 = (method: string, more: object) =>
        cloud.past(stage.account).s3(method, record.path, stage.region, more);
      const version = { versionId: record.version };
      const shorter =
        '<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>GOVERNANCE</Mode><RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate></Retention>';
      const bypass = { headers: { 'x-amz-bypass-governance-retention': 'true' } };
      const refused = {
        'delete the version': await s3('DELETE', { query: version }),
        'with bypass': await s3('DELETE', { query: version, ...bypass }),
        'shorten': await s3('PUT', { query: { ...version, retention: '' }, body: shorter }),
        'shorten with bypass': await s3('PUT', { query: { ...version, retention: '' }, body: shorter, ...bypass }),
      };
      expect(Object.entries(refused).filter(([, { status }]) => status !== 403)).toEqual([]);
      const kept = await s3('GET', { query: { ...version, retention: '' } });
      expect(kept.body).toContain('<Mode>COMPLIANCE</Mode>');
    });

    it('is nobody’s of the stage to delete, to shorten or to unlock', async () => {
      const { cloud, stage, as } = scene();
      const record = await writeRecord(cloud, stage);
      const through: string[] = [];
      for (const role of stage.roles.keys()) {
        for (const [name, attempt] of Object.entries(attemptsOnRecord(cloud, stage, record))) {
          const { status } = await attempt(await as(role));
          if (status !== 403) through.push(`${role}: ${name} ${status}`);
        }
      }
      expect(through).toEqual([]);
    });

    it('is read by the auditor, and by nobody else of the stage', async () => {
      const { cloud, stage, as } = scene();
      const record = await writeRecord(cloud, stage);
      const readers: string[] = [];
      for (const role of stage.roles.keys()) {
        const { status } = await cloud.client.s3('GET', record.path, stage.region, await as(role));
        if (status === 200) readers.push(role);
      }
      expect(readers).toEqual(['Prod/People/Auditor']);
    });
  });
}
