import type { Answer } from '../../../../lib/runtime/review/call';
import { arnOf } from './names';
import { awsError, DEPLOYED_AT, found } from './raw';
import type { OfType, Raw } from './raw';

const NONE = 'ResourceNotFoundException';

/** Functions. */
export class Lambda {
  public readonly functions = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { type, id, properties } of ofType('AWS::Lambda::Function')) {
      const { ReservedConcurrentExecutions, Environment, Layers = [], Timeout = 3, ...rest } = properties;
      this.functions.set(id, {
        ...rest,
        Timeout,
        Variables: Environment?.Variables ?? {},
        Layers: Layers.map((Arn: string) => ({ Arn })),
        concurrency: ReservedConcurrentExecutions,
        // Lambda writes no colon in the offset.
        LastModified: new Date(DEPLOYED_AT - 5000).toISOString().replace('Z', '+0000'),
        policy: [],
        arn: arnOf(type, id),
      });
    }
    for (const { id: Sid, properties } of ofType('AWS::Lambda::Permission')) {
      const { FunctionName, Action, Principal, SourceArn, SourceAccount } = properties;
      const of = [...this.functions.values()].find(({ arn, FunctionName: name }) =>
        [arn, name, arn.split(':').at(-1)].includes(FunctionName),
      );
      if (of === undefined) continue;
      of['policy'].push({
        Sid,
        Effect: 'Allow',
        Principal: Principal.includes('amazonaws.com') ? { Service: Principal } : { AWS: Principal },
        Action,
        Resource: of['arn'],
        Condition: {
          ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
          ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
        },
      });
    }
  }

  public GetFunctionConfiguration({ FunctionName }: Raw): Answer {
    const {
      Variables,
      Error: error,
      concurrency: _,
      policy: __,
      arn,
      ...rest
    } = found(this.functions, FunctionName, NONE);
    return { ...rest, FunctionArn: arn, Environment: error === undefined ? { Variables } : { Error: error } };
  }

  public GetFunctionConcurrency({ FunctionName }: Raw): Answer {
    return { ReservedConcurrentExecutions: found(this.functions, FunctionName, NONE)['concurrency'] };
  }

  public GetPolicy({ FunctionName }: Raw): Answer {
    const Statement = found(this.functions, FunctionName, NONE)['policy'];
    if (Statement.length === 0) throw awsError(NONE);
    return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }) };
  }
}
