import { expect, it } from 'vitest';
import { separationOf } from '../../lib/engine/duties/separation-of';
import { constraintGrid, dutyGrid } from '../../lib/report/duty-grid';
import { snapshotWith } from '../engine/duties/support';
import { allow, arn, role } from '../engine/reach/support/template';

const separation = separationOf(
  snapshotWith(
    {
      Deployer: role([allow('lambda:UpdateFunctionCode')]),
      Hop: role([allow('sts:AssumeRole', arn('Watcher'))]),
      Idle: role([allow('sqs:SendMessage')]),
      Watcher: role([allow('cloudwatch:GetMetricData')], { AWS: 'arn:aws:iam::111122223333:root' }),
    },
    {
      constraints: [
        { id: 'b', duties: ['deployment', 'monitoring'], perResource: true },
        { id: 'a', duties: ['approval'], most: 0 },
        { id: 'c', kind: 'only', duties: ['monitoring'], most: 0, roles: ['T/Watcher'] },
      ],
    },
  ),
);

it('lists those who have duties, what of their own and what by becoming others', () => {
  expect(dutyGrid(separation).rows).toEqual([
    ['Deployer', '', 'deployment', ''],
    ['Hop', '', '', 'monitoring'],
    ['Watcher', '', 'monitoring', ''],
  ]);
});

it('says of each constraint what it asks and where', () => {
  expect(constraintGrid(separation).rows).toEqual([
    ['a', 'nobody: approval', 'the app'],
    ['b', 'at most 1 of deployment, monitoring, over one resource', 'the app'],
    ['c', 'only T/Watcher: monitoring', 'the app'],
  ]);
});
