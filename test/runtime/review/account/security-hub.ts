import type { Answer } from '../../../../lib/runtime/review/call';
import { awsError, page } from './raw';
import type { Raw } from './raw';

/** Findings that were told. */
export class SecurityHub {
  public readonly findings = new Map<string, Raw>();

  public GetFindings({ Filters, NextToken }: Raw): Answer {
    const all = [...this.findings.values()].filter(
      (each) =>
        each['RecordState'] === Filters.RecordState[0].Value && each['GeneratorId'] === Filters.GeneratorId[0].Value,
    );
    const { items, next } = page(all, NextToken, 2);
    return { Findings: items, ...(next === undefined ? {} : { NextToken: next }) };
  }

  public BatchImportFindings({ Findings }: Raw): Answer {
    if (Findings.length === 0 || Findings.length > 100) throw awsError('InvalidInputException');
    // What Security Hub adds by itself.
    for (const each of Findings) {
      this.findings.set(each.Id, { ...each, Workflow: { Status: 'NEW' }, ProcessedAt: each.UpdatedAt });
    }
    return { FailedCount: 0, SuccessCount: Findings.length };
  }
}
