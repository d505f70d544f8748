import { describe, expect, it } from 'vitest';
import { isBusy, readStacks } from '../../../lib/runtime/review/stack';
import type { Call } from '../../../lib/runtime/review/call';

const ID = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Orders/1111';
const DATE = new Date(Date.UTC(2026, 10, 20));
const resource = (LogicalResourceId: string, more: object = {}) => ({
  LogicalResourceId,
  PhysicalResourceId: `id-${LogicalResourceId}`,
  ResourceStatus: 'CREATE_COMPLETE',
  LastUpdatedTimestamp: DATE,
  ...more,
});

/** A stack with this template, these values of its parameters, and these resources. */
function stackOf(template: object, Parameters: object[] = [], resources: object[] = []): Call {
  return async (_, operation, { TemplateStage }) => {
    if (operation === 'DescribeStacks') {
      return { Stacks: [{ StackId: ID, StackStatus: 'UPDATE_COMPLETE', Parameters }] };
    }
    if (operation === 'ListStackResources') return { StackResourceSummaries: resources };
    return { TemplateBody: TemplateStage === 'Processed' ? '{"Resources":{"Made":{}}}' : JSON.stringify(template) };
  };
}

async function read(call: Call) {
  const [stack] = await readStacks(call, 'Orders');
  if (stack === undefined || isBusy(stack)) throw new Error('busy');
  return stack;
}

describe('a stack as CloudFormation holds it', () => {
  it('has the values of its parameters, but those that are not echoed, which come back as stars', async () => {
    const declared = {
      Secret: { Type: 'String', NoEcho: true },
      Stage: { Type: 'String' },
      Many: { Type: 'CommaDelimitedList' },
    };
    const values = ['Secret', 'Stage', 'Many'].map((ParameterKey) => ({ ParameterKey, ParameterValue: '****' }));
    const { body } = await read(stackOf({ Parameters: declared, Resources: {} }, values));
    expect(body['Parameters']).toEqual({ ...declared, Stage: { Type: 'String', AllowedValues: ['****'] } });
  });

  it.each([
    ['of the whole template', { Transform: 'AWS::Serverless-2016-10-31', Resources: {} }],
    ['of a part of it', { Resources: { Part: { 'Fn::Transform': { Name: 'AWS::Include' } } } }],
  ])('is read with its transforms written out: %s', async (_, template) => {
    const { body, templateText } = await read(stackOf(template));
    expect(body['Resources']).toEqual({ Made: {} });
    expect(JSON.parse(templateText)).toEqual(template);
  });

  it('has the names of its resources and when they were changed, but of those that are gone', async () => {
    const resources = [
      resource('A'),
      resource('B', { ResourceStatus: 'DELETE_COMPLETE' }),
      resource('C', { LastUpdatedTimestamp: undefined }),
    ];
    const { physicalIds, touched } = await read(stackOf({ Resources: {} }, [], resources));
    expect([...physicalIds]).toEqual([
      ['A', 'id-A'],
      ['C', 'id-C'],
    ]);
    expect([...touched]).toEqual([['A', DATE.getTime()]]);
  });
});
