import { describe, expect, it } from 'vitest';
import { attemptsOnRecord, writeRecord } from '../../../local/audit-record';
import { attemptsOnTrail } from '../../../local/tampering';
import type { Scene } from '../scene';

export function audit(scene: () => Scene): void {
  const stages = () => {
    const { stage, as, every, asOfEvery } = scene();
    return [
      { stage, as },
      { stage: every, as: asOfEvery },
    ];
  };

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

    it('is nobody’s to delete, to shorten, to unlock, to blind or to divert: no role of any stage', async () => {
      const { cloud } = scene();
      const through: string[] = [];
      let tried = 0;
      for (const { stage, as } of stages()) {
        const attempts = {
          ...attemptsOnRecord(cloud, stage, await writeRecord(cloud, stage)),
          ...attemptsOnTrail(cloud, stage),
        };
        for (const role of stage.roles.keys()) {
          for (const [name, attempt] of Object.entries(attempts)) {
            const { status } = await attempt(await as(role));
            tried += 1;
            if (status !== 403) through.push(`${role}: ${name} ${status}`);
          }
        }
      }
      expect(through).toEqual([]);
      expect(tried).toBeGreaterThan(400);
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

  // The events are the guard's: what CloudTrail would record of each request. Trail, rules, filters, alarms and topic
  // are those that were deployed.
  describe('tampering with the record', () => {
    interface Told {
      readonly rule: readonly { readonly eventName: string; readonly errorCode?: string; readonly who: string }[];
      readonly alarms: readonly string[];
    }

    /** What the topic says of what is done meanwhile. */
    const toldOf = async (act: () => Promise<unknown>): Promise<Told> => {
      const { cloud, every } = scene();
      const heard = await hear();
      await cloud.recorded();
      await heard();
      await act();
      await cloud.recorded();
      const messages = (await heard()).map((text) => JSON.parse(text));
      return {
        rule: messages
          .filter((each) => each['detail-type'] === 'AWS API Call via CloudTrail')
          .map(({ detail: { eventName, errorCode, userIdentity } }) => ({
            eventName,
            ...(errorCode === undefined ? {} : { errorCode }),
            who:
              userIdentity.arn.split('/')[1] === every.role('Every/Keys/operator').split('/').at(-1)
                ? 'operator'
                : userIdentity.arn,
          })),
        alarms: messages.filter((each) => each.NewStateValue === 'ALARM').map((each) => each.AlarmDescription),
      };
    };
    let listening: Promise<() => Promise<readonly string[]>> | undefined;
    const hear = () => {
      const { cloud, every } = scene();
      const topic = every.find('AWS::SNS::Topic', 'Every/Record/OnCall/');
      return (listening ??= cloud.past(every.account).listenTo(topic, every.region));
    };

    it('raises the alarm, also where it is refused: by the rule of the signal, naming what and who', async () => {
      const { cloud, every, asOfEvery } = scene();
      const operator = await asOfEvery('Every/Keys/operator');
      const attempts = {
        ...attemptsOnRecord(cloud, every, await writeRecord(cloud, every)),
        ...attemptsOnTrail(cloud, every),
      };
      const expected: Record<string, string> = {
        'delete the object': 'DeleteObject',
        'delete its version': 'DeleteObject',
        'delete its version, past GOVERNANCE': 'DeleteObject',
        'shorten its retention': 'PutObjectRetention',
        'change the policy of the bucket': 'PutBucketPolicy',
        'suspend versioning': 'PutBucketVersioning',
        'change the lock of the bucket': 'PutBucketObjectLockConfiguration',
        'delete the bucket': 'DeleteBucket',
        'stop the trail': 'StopLogging',
        'delete the trail': 'DeleteTrail',
        'change what the trail takes': 'PutEventSelectors',
        'divert the trail': 'UpdateTrail',
        'delete the log of the trail': 'DeleteLogGroup',
        'keep the log for a day': 'PutRetentionPolicy',
        'disable its key': 'DisableKey',
        'delete its key': 'ScheduleKeyDeletion',
        'change the policy of its key': 'PutKeyPolicy',
      };
      // Nothing is lost when somebody writes over an object, and each delivery would tell of itself.
      expect(Object.keys(attempts).filter((name) => !(name in expected))).toEqual(['overwrite the object']);
      for (const [name, eventName] of Object.entries(expected)) {
        const { rule } = await toldOf(() => attempts[name](operator));
        expect({ name, rule }).toEqual({ name, rule: [{ eventName, errorCode: 'AccessDenied', who: 'operator' }] });
      }
    });

    it('raises the alarms on the log of the trail, too: each signal that was tried is in alarm by now', async () => {
      const { cloud, every } = scene();
      const form = { Action: 'DescribeAlarms', StateValue: 'ALARM' };
      const { body } = await cloud.past(every.account).cloudWatch(form, every.region);
      const found = [...body.matchAll(/<AlarmName>Every-Record-Tampering(\w+)Alarm[\dA-F]{8}/g)].map(([, id]) => id);
      expect(found.sort()).toEqual(['Bucket', 'Keys', 'LogGroups', 'Objects', 'Trail', 'Unauthorized']);
    });

    it('is not what others do: the same on another bucket, or only reading, tells nobody', async () => {
      const { cloud, every, asOfEvery, stage } = scene();
      const operator = await asOfEvery('Every/Keys/operator');
      const elsewhere = attemptsOnRecord(cloud, stage, await writeRecord(cloud, stage));
      const { path, bucket } = await writeRecord(cloud, every);
      const told = await toldOf(async () => {
        for (const attempt of Object.values(elsewhere)) await attempt(operator);
        await cloud.client.s3('GET', path, every.region, operator);
        await cloud.client.s3('GET', `/${bucket}`, every.region, operator, { query: { policy: '' } });
      });
      expect(told).toEqual({ rule: [], alarms: [] });
    });

    it('is told where it succeeds: that a trail is stopped is the last that it sees', async () => {
      const { cloud, every } = scene();
      const administrator = cloud.past(every.account);
      const RoleName = 'Tamperer';
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' }],
      });
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
      await administrator.iam({ Action: 'CreateRole', RoleName, AssumeRolePolicyDocument });
      await administrator.iam({ Action: 'PutRolePolicy', RoleName, PolicyName: 'all', PolicyDocument });
      const tamperer = await cloud.sessionOf(`arn:aws:iam::${every.account}:role/${RoleName}`);
      const attempts = attemptsOnTrail(cloud, every);
      // Of two trails in one account, either tells.
      const others = attemptsOnTrail(cloud, scene().stage);
      await others['stop the trail'](tamperer);
      const { rule } = await toldOf(async () => {
        expect((await attempts['stop the trail'](tamperer)).status).toBe(200);
      });
      expect(rule).toMatchObject([{ eventName: 'StopLogging' }]);
      expect(rule[0]).not.toHaveProperty('errorCode');
      const after = await toldOf(() => attempts['delete its key'](tamperer));
      expect(after.rule).toEqual([]);
    });
  });
}
