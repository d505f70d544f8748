import { Stack as CdkStack } from 'aws-cdk-lib';
import type { App, CfnResource, Stack } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../../../lib/runtime/review/call';
import { arnOf, physicalId } from './names';
import { ACCOUNT, awsError, DEPLOYED_AT, found, page, REGION } from './raw';
import type { DeployedResource, Raw } from './raw';

/** The stacks of an app as CloudFormation holds them. It has a resolver of intrinsics of its own. */
export class CloudFormation {
  public readonly stacks = new Map<string, Raw>();
  private readonly exports = new Map<string, string>();

  constructor(stacks: readonly Stack[]) {
    const templates = templatesOf(stacks);
    for (const { name, template } of templates) this.stacks.set(name, stackOf(name, template));
    for (const { name, nestedAt } of templates) {
      if (nestedAt === undefined) continue;
      const { Properties } = this.stack(nestedAt.stack)['template'].Resources[nestedAt.logicalId];
      this.stack(name)['Parameters'] = Object.entries(Properties.Parameters ?? {}).map(([ParameterKey, value]) => ({
        ParameterKey,
        ParameterValue: this.resolve(nestedAt.stack, value),
      }));
    }
    for (const { name, template } of templates) {
      for (const { Export, Value } of Object.values<Raw>(template['Outputs'] ?? {})) {
        if (Export !== undefined) this.exports.set(this.resolve(name, Export.Name), this.resolve(name, Value));
      }
    }
  }

  /** What it deploys, of all stacks. */
  public resources(): readonly DeployedResource[] {
    return [...this.stacks].flatMap(([name, { template, ids }]) =>
      Object.entries<Raw>(template.Resources).map(([logicalId, { Type, Properties = {} }]) => ({
        type: Type as string,
        id: ids[logicalId] as string,
        properties: this.resolve(name, Properties) as Raw,
      })),
    );
  }

  /** What CloudFormation makes of the value in this stack. */
  private resolve(stack: string, value: any): any {
    if (Array.isArray(value))
      return value.map((each) => this.resolve(stack, each)).filter((each) => each !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = ['', undefined]] = Object.entries<any>(value);
    switch (name) {
      case 'Ref':
        return this.ref(stack, argument);
      case 'Fn::GetAtt':
        return this.attribute(stack, argument[0], argument[1]);
      case 'Fn::Join':
        return this.resolve(stack, argument[1]).join(argument[0]);
      case 'Fn::Sub':
        return argument.replace(/\$\{([^}]+)\}/g, (_: string, id: string) => this.ref(stack, id));
      case 'Fn::ImportValue':
        return this.exports.get(this.resolve(stack, argument));
      case 'Fn::Select':
        return this.resolve(stack, argument[1])[argument[0]];
      case 'Fn::Split':
        return this.resolve(stack, argument[1]).split(argument[0]);
      case 'Fn::FindInMap':
        return `map.${argument.join('.')}`;
      default:
        return Object.fromEntries(
          Object.entries(value)
            .map(([key, each]) => [key, this.resolve(stack, each)])
            .filter(([, each]) => each !== undefined),
        );
    }
  }

  private ref(stack: string, id: string): any {
    const pseudo: Record<string, string | undefined> = {
      'AWS::Partition': 'aws',
      'AWS::AccountId': ACCOUNT,
      'AWS::Region': REGION,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack,
      'AWS::NoValue': undefined,
    };
    if (Object.hasOwn(pseudo, id)) return pseudo[id];
    const { ids, Parameters } = this.stack(stack);
    if (ids[id] !== undefined) return ids[id];
    const parameter = Parameters.find((each: Raw) => each['ParameterKey'] === id);
    if (parameter === undefined) throw new Error(`${id} is not in ${stack}`);
    return parameter.ParameterValue;
  }

  private attribute(stack: string, id: string, name: string): any {
    const { template, ids } = this.stack(stack);
    if (name.startsWith('Outputs.')) {
      const nested = ids[id].split('/')[1] as string;
      return this.resolve(nested, this.stack(nested)['template'].Outputs[name.slice('Outputs.'.length)].Value);
    }
    const { Type, Properties } = template.Resources[id];
    if (name.endsWith('Arn')) return arnOf(Type, ids[id], Properties);
    return name === 'RootResourceId' ? '/' : /^(KeyId|QueueName)$/.test(name) ? ids[id] : `${ids[id]}.${name}`;
  }

  private stack(name: string): Raw {
    return found(this.stacks, name, 'ValidationError');
  }

  public DescribeStacks({ StackName }: Raw): Answer {
    const stack = this.stacks.get(StackName.startsWith('arn:') ? StackName.split('/')[1] : StackName);
    if (stack === undefined) throw awsError('ValidationError', `Stack with id ${StackName} does not exist`);
    const { StackId, StackStatus, Parameters } = stack;
    return { Stacks: [{ StackId, StackStatus, Parameters }] };
  }

  public GetTemplate({ StackName }: Raw): Answer {
    return { TemplateBody: this.stack(StackName.split('/')[1])['body'].replace(/[\u{80}-\u{10ffff}]/gu, '?') };
  }

  public ListStackResources({ StackName, NextToken }: Raw): Answer {
    const all = Object.entries<string>(this.stack(StackName.split('/')[1])['ids']).map(
      ([LogicalResourceId, PhysicalResourceId]) => ({
        LogicalResourceId,
        PhysicalResourceId,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: new Date(DEPLOYED_AT),
      }),
    );
    const { items, next } = page(all, NextToken, 10);
    return { StackResourceSummaries: items, ...(next === undefined ? {} : { NextToken: next }) };
  }

  public ListExports(): Answer {
    return { Exports: [...this.exports].map(([Name, Value]) => ({ Name, Value })) };
  }
}

interface NamedTemplate {
  readonly name: string;
  readonly template: Raw;
  readonly nestedAt?: { readonly stack: string; readonly logicalId: string };
}

/** The templates of the stacks, those of nested ones after them. */
function templatesOf(stacks: readonly Stack[]): readonly NamedTemplate[] {
  const assembly = (stacks[0].node.root as App).synth();
  const all: NamedTemplate[] = stacks.map(({ stackName: name, artifactId }) => ({
    name,
    template: structuredClone(assembly.getStackArtifact(artifactId).template) as Raw,
  }));
  const names = new Map<Stack, string>(stacks.map((each) => [each, each.stackName]));
  for (const nested of stacks.flatMap(({ node }) => node.findAll())) {
    if (!CdkStack.isStack(nested) || nested.nestedStackParent === undefined) continue;
    const parent = nested.nestedStackParent;
    const stack = names.get(parent) ?? '';
    const logicalId = parent.resolve((nested.nestedStackResource as CfnResource).logicalId) as string;
    const name = `${stack}-${logicalId}-1A2B`;
    names.set(nested, name);
    const template = JSON.parse(readFileSync(join(assembly.directory, nested.templateFile), 'utf8')) as Raw;
    all.push({ name, template, nestedAt: { stack, logicalId } });
  }
  return all;
}

function stackOf(name: string, template: Raw): Raw {
  const ids = Object.entries<Raw>(template['Resources']).map(([id, resource]) => [id, physicalId(name, id, resource)]);
  return {
    StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/1111-2222`,
    StackStatus: 'UPDATE_COMPLETE',
    body: JSON.stringify(template, undefined, 1),
    template,
    ids: Object.fromEntries(ids),
    Parameters: Object.entries<Raw>(template['Parameters'] ?? {}).map(([ParameterKey, { Default }]) => ({
      ParameterKey,
      ParameterValue: Default,
      ResolvedValue: '1',
    })),
  };
}
