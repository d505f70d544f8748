import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { AccessAnalysis } from '../../../lib/constructs/monitoring/access-analysis';
import type { AccessAnalysisProps } from '../../../lib/constructs/monitoring/access-analysis';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { matchesEvent } from '../../support/event-pattern';
import { ACCOUNT, REGION, newStack } from '../audit/deployed';

function analysis(props: Partial<AccessAnalysisProps> = {}) {
  const stack = newStack();
  const alarmTopic = new AlarmTopic(stack, 'OnCall', { emails: ['on-call@example.com'] });
  const made = new AccessAnalysis(stack, 'Access', { alarmTopic, ...props });
  return { made, template: Template.fromStack(stack) };
}
const arn = (region = REGION): string => `arn:aws:access-analyzer:${region}:${ACCOUNT}:analyzer/one`;

describe('access analysis', () => {
  const { template } = analysis();
  const patterns = Object.values(template.findResources('AWS::Events::Rule')).map(
    ({ Properties }) => Properties.EventPattern,
  );

  it('has an analyzer of external and one of unused access', () => {
    template.hasResourceProperties('AWS::AccessAnalyzer::Analyzer', { Type: 'ACCOUNT' });
    template.hasResourceProperties('AWS::AccessAnalyzer::Analyzer', {
      Type: 'ACCOUNT_UNUSED_ACCESS',
      AnalyzerConfiguration: { UnusedAccessConfiguration: { UnusedAccessAge: 90 } },
    });
  });

  it('tells both to the topic, as alarms of the audit', () => {
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    expect(rules).toHaveLength(2);
    for (const { Properties, Metadata } of rules) {
      expect(JSON.stringify(Properties.Targets)).toContain('OnCallTopic');
      expect(Metadata['cdk-bulkhead']).toEqual({ kind: 'audit-alarm', path: 'Orders/Access' });
    }
  });

  /** In the shape of the documentation. */
  const finding = (detailType: string, detail: object, source = 'aws.access-analyzer') => ({
    'version': '0',
    'detail-type': detailType,
    source,
    'account': ACCOUNT,
    'region': REGION,
    'resources': [arn()],
    'detail': { version: '1.0', status: 'ACTIVE', accountId: ACCOUNT, region: REGION, ...detail },
  });
  const told = (event: object): boolean => patterns.some((each) => matchesEvent(each, event as Record<string, any>));
  it.each<[string, object, boolean]>([
    [
      'a bucket that is open to everybody',
      finding('Access Analyzer Finding', { resourceType: 'AWS::S3::Bucket', isPublic: true, isDeleted: false }),
      true,
    ],
    [
      'a role that is not used',
      finding('Unused Access Finding for IAM entities', { findingType: 'UnusedIAMRole' }),
      true,
    ],
    ['what is archived', finding('Access Analyzer Finding', { status: 'ARCHIVED', isDeleted: false }), false],
    ['what is resolved', finding('Unused Access Finding for IAM entities', { status: 'RESOLVED' }), false],
    ['what goes with its analyzer', finding('Access Analyzer Finding', { isDeleted: true }), false],
    ['a preview', finding('Access Preview State Change', {}), false],
    ['what another service calls so', finding('Access Analyzer Finding', { isDeleted: false }, 'my.service'), false],
  ])('%s: told is %s', (_, event, expected) => {
    expect(told(event)).toBe(expected);
  });

  it('uses analyzers that are there, and makes no second one', () => {
    const { made, template: less } = analysis({ externalAnalyzerArn: arn(), unusedAnalyzerArn: arn() });
    less.resourceCountIs('AWS::AccessAnalyzer::Analyzer', 0);
    less.resourceCountIs('AWS::Events::Rule', 2);
    expect(made.externalAnalyzerArn).toBe(arn());
  });

  it.each<[string, Partial<AccessAnalysisProps>]>([
    ['an analyzer of another region', { externalAnalyzerArn: arn('us-east-1') }],
    ['a name', { unusedAnalyzerArn: 'one' }],
    ['no day', { unusedFor: Duration.hours(12) }],
    ['more than a year', { unusedFor: Duration.days(366) }],
  ])('refuses %s', (_, props) => {
    expect(() => analysis(props)).toThrow(/^BH4026/);
  });
});
