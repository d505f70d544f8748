import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from '../private/vendor/sarif';
import { byRule } from './by-rule';
import { justification } from './excepted';
import type { CheckResult } from './result';

/** `bulkhead check --format sarif`: SARIF 2.1.0, for code scanning. */
export function findingsSarif({ findings: open, excepted = [] }: CheckResult, toolVersion: string): string {
  const reasons = new Map(excepted.map((each) => [each.finding, justification(each)]));
  const findings = [...open, ...reasons.keys()];
  const run = new SarifRunBuilder().initSimple({ toolDriverName: 'bulkhead', toolDriverVersion: toolVersion });
  for (const { ruleId, findings: group } of byRule(findings)) {
    run.addRule(new SarifRuleBuilder().initSimple({ ruleId, shortDescriptionText: group[0].title }));
  }
  for (const finding of findings) {
    const {
      ruleId,
      severity,
      message,
      fix,
      file,
      logicalId,
      constructPath,
      template,
      certainty,
      trace = [],
      line,
    } = finding;
    const builder = new SarifResultBuilder().initSimple({
      level: severity,
      messageText: [message, ...trace.map((step, index) => `${index + 1}. ${step}`), fix].join('\n'),
      ruleId,
      fileUri: encodeURI(file.replaceAll('\\', '/')),
      ...(line === undefined ? {} : { startLine: line }),
    });
    const [location] = builder.result.locations ?? [];
    if (location !== undefined) {
      location.logicalLocations = [{ name: logicalId ?? template, fullyQualifiedName: constructPath ?? template }];
    }
    builder.result.properties = { certainty };
    const reason = reasons.get(finding);
    if (reason !== undefined) {
      builder.result.suppressions = [{ kind: 'external', status: 'accepted', justification: reason }];
    }
    run.addResult(builder);
  }
  const log = new SarifBuilder();
  log.addRun(run);
  // The builder's own JSON function refuses any text that contains its marker for a missing field.
  return `${JSON.stringify(log.buildSarifOutput(), undefined, 2)}\n`;
}
