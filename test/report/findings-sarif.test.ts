import { describe, expect, it } from 'vitest';
import { findingsSarif } from '../../lib/report/findings-sarif';
import { finding, report } from './sample';

const sarif = (...findings: Parameters<typeof report>) => JSON.parse(findingsSarif(report(...findings), '1.2.3'));

describe('findings as SARIF', () => {
  it('names the tool, each rule once, and every finding with level, message and place', () => {
    const log = sarif([
      finding(),
      finding({ message: 'allows `sqs:*`' }),
      finding({ ruleId: 'Bulkhead-SEC1', severity: 'warning' }),
    ]);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: 'bulkhead', version: '1.2.3' });
    expect(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(['Bulkhead-IAM1', 'Bulkhead-SEC1']);
    expect(run.results.map((each: { level: string }) => each.level)).toEqual(['error', 'error', 'warning']);
    expect(run.results[1]).toMatchObject({
      ruleId: 'Bulkhead-IAM1',
      ruleIndex: 0,
      message: { text: 'allows `sqs:*`\nName the actions.' },
      properties: { certainty: 'certain' },
    });
    expect(run.results[0].locations[0]).toMatchObject({
      physicalLocation: { artifactLocation: { uri: 'cdk.out/Orders.template.json' } },
      logicalLocations: [{ name: 'ReaderPolicy1A2B', fullyQualifiedName: 'Prod/Orders/Reader/Policy/Resource' }],
    });
  });

  it('writes the file as a URI', () => {
    const [run] = sarif([finding({ file: 'my app\\Orders.template.json' })]).runs;
    expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('my%20app/Orders.template.json');
  });

  it('is a valid log without results when there are none', () => {
    expect(sarif().runs[0].results).toEqual([]);
  });

  it('does not choke on a message that holds the marker of the builder', () => {
    expect(sarif([finding({ message: 'SARIF_BUILDER_INVALID' })]).runs[0].results).toHaveLength(1);
  });
});
