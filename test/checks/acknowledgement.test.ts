import { describe, expect, it } from 'vitest';
import { Validations, App, Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { acknowledgementIdOf } from '../../lib/checks/acknowledgement';
import { finding } from '../report/sample';

const idOf = (detail?: string): string => acknowledgementIdOf(finding({ detail }));

/** The id as the CDK keeps it when it is acknowledged. */
function asKept(id: string): string {
  const stack = new Stack(new App(), 'Stack');
  Validations.of(stack).acknowledge({ id, reason: 'test' });
  const entry = stack.node.metadata.find((each) => each.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  return Object.keys(entry?.data ?? {})[0] ?? '';
}

describe('the acknowledgement id of a finding', () => {
  it('is the id of the rule, with the detail in brackets', () => {
    expect(idOf()).toBe('Bulkhead-IAM1');
    expect(idOf('Action::s3:*')).toBe('Bulkhead-IAM1[Action::s3:*]');
  });

  it('keeps brackets that have a partner', () => {
    expect(idOf('Endpoint::GET-/orders/{id}')).toBe('Bulkhead-IAM1[Endpoint::GET-/orders/{id}]');
  });

  it('has hyphens for spaces, as the CDK keeps them', () => {
    expect(idOf('GET /orders')).toBe('Bulkhead-IAM1[GET-/orders]');
  });

  it('is accepted and kept unchanged by the CDK, whatever the detail', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:[](){} /*\n\té'.split('')) }), (detail) => {
        const id = idOf(detail);
        expect(asKept(id)).toBe(`Annotation::${id}`);
      }),
      { numRuns: 200 },
    );
  });
});
