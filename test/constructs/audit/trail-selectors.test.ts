import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { describe, expect, it } from 'vitest';
import { DataEvents } from '../../../lib/constructs/audit/data-events';
import { MOST_SELECTOR_VALUES, trailSelectors } from '../../../lib/constructs/audit/trail-selectors';
import { Deployed, newStack, newVault } from './deployed';

const BUCKETS = ['arn:aws:s3:::record', 'arn:aws:s3:::access'];
const NOTHING = { everything: [], some: [] };
const tables = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    type: DataEvents.TABLES,
    arn: `arn:aws:dynamodb:eu-west-1:111122223333:table/t${index}`,
  }));
const functions = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    type: DataEvents.FUNCTIONS,
    arn: `arn:aws:lambda:eu-west-1:111122223333:function:f${index}`,
  }));

function valuesOf(selectors: ReturnType<typeof trailSelectors>): number {
  return selectors
    .flatMap(({ fieldSelectors }) => fieldSelectors as any[])
    .flatMap((each) => Object.entries(each).flatMap(([name, values]) => (name === 'field' ? [] : [values].flat())))
    .length;
}

describe('the selectors of a trail', () => {
  it('record management events, and tampering with the record, but not its own deliveries', () => {
    const [management, tampering, ...more] = trailSelectors(NOTHING, BUCKETS);
    expect(more).toEqual([]);
    expect(management?.fieldSelectors).toEqual([{ field: 'eventCategory', equalTo: ['Management'] }]);
    expect(tampering?.fieldSelectors).toContainEqual({
      field: 'resources.ARN',
      startsWith: ['arn:aws:s3:::record/', 'arn:aws:s3:::access/'],
    });
    expect(JSON.stringify(tampering)).not.toContain('"PutObject"');
  });

  it('name single resources while they fit', () => {
    const selectors = trailSelectors({ everything: [], some: [...tables(300), ...functions(160)] }, BUCKETS);
    expect(selectors.map(({ name }) => name)).toContain('Some AWS::DynamoDB::Table');
    expect(valuesOf(selectors)).toBeLessThanOrEqual(MOST_SELECTOR_VALUES);
  });

  it.each([
    [600, 0],
    [400, 100],
    [700, 700],
    [469, 0],
    [235, 234],
  ])('of %i tables and %i functions never need more than a trail takes, and never record less', (t, f) => {
    const selectors = trailSelectors({ everything: [], some: [...tables(t), ...functions(f)] }, BUCKETS);
    expect(valuesOf(selectors)).toBeLessThanOrEqual(MOST_SELECTOR_VALUES);
    const text = JSON.stringify(selectors);
    for (const { arn, type } of [...tables(t), ...functions(f)]) {
      expect(text.includes(`"${arn}"`) || text.includes(`"All ${type}"`)).toBe(true);
    }
  });

  it('of everything leave out the vault, whose every delivery would be an event', () => {
    const selectors = trailSelectors({ everything: [DataEvents.BUCKETS], some: [] }, BUCKETS);
    expect(selectors.at(-1)?.fieldSelectors).toContainEqual({
      field: 'resources.ARN',
      notStartsWith: ['arn:aws:s3:::record/', 'arn:aws:s3:::access/'],
    });
  });
});

describe('the vault', () => {
  it('records what it is told, and looks for unusual rates unless told not to', () => {
    const vault = newVault({ dataEvents: [DataEvents.FUNCTIONS] });
    vault.recordTables(
      dynamodb.Table.fromTableArn(vault, 'Orders', 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders'),
    );
    const { Properties } = new Deployed(vault.trail.stack).find('AWS::CloudTrail::Trail');
    const names = Properties.AdvancedEventSelectors.map(({ Name }: { Name: string }) => Name);
    expect(names).toEqual([
      'Management events',
      'Tampering with the record',
      'All AWS::Lambda::Function',
      'Some AWS::DynamoDB::Table',
    ]);
    expect(Properties.InsightSelectors).toHaveLength(2);
    const plain = Template.fromStack(newVault({ insights: false }, newStack()).trail.stack);
    expect(JSON.stringify(plain.findResources('AWS::CloudTrail::Trail'))).not.toContain('Insight');
  });

  it('moves old records to cheaper storage, and deletes none', () => {
    const rules = (props: object) =>
      new Deployed(newVault(props, newStack()).trail.stack).find('AWS::S3::Bucket', 'AuditBucket').Properties
        .LifecycleConfiguration.Rules;
    expect(rules({})).toMatchObject([{ Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }] }]);
    expect(JSON.stringify(rules({}))).not.toMatch(/Expiration/);
    expect(rules({ retention: Duration.days(60) })[0].Transitions).toBeUndefined();
    expect(() => rules({ coldAfter: Duration.days(7) })).toThrow(/^BH4008/);
  });
});
