import { Stage, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Finding } from '../model/finding';
import { acknowledgementIdOf } from './acknowledgement';

/** An acknowledgement of the CDK for a finding of ours. */
export interface Acknowledgement {
  /** `Bulkhead-IAM1[Action::s3:*]`. */
  readonly id: string;
  readonly reason: string;
  readonly at: IConstruct;
}

/** The acknowledgements that stand at a construct itself, of findings of ours. */
export function acknowledgementsAt(construct: IConstruct): readonly Acknowledgement[] {
  return construct.node.metadata.flatMap(({ type, data }) =>
    type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY && typeof data === 'object' && data !== null
      ? Object.entries(data as Record<string, unknown>).flatMap(([qualified, reason]) => {
          // Without a name of a plugin, the CDK takes it for one of its annotations; cdk-nag takes it for its own.
          const id = qualified.replace(/^(annotation|Bulkhead)::/i, '');
          return id.startsWith('Bulkhead-')
            ? [{ id, reason: typeof reason === 'string' ? reason : '', at: construct }]
            : [];
        })
      : [],
  );
}

/** The acknowledgement that silences a finding at a construct: the next one above it. */
export function acknowledgementOf(finding: Finding, construct: IConstruct): Acknowledgement | undefined {
  const id = acknowledgementIdOf(finding);
  for (let at: IConstruct | undefined = construct; at !== undefined; at = at.node.scope) {
    const found = acknowledgementsAt(at).find((each) => each.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a construct is the app or a stage: what is acknowledged there is silenced everywhere below. */
export function isRoot(construct: IConstruct): boolean {
  return construct.node.scope === undefined || Stage.isStage(construct);
}
