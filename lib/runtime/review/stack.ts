import { allOf, NEXT_TOKEN } from './call';
import type { Answer, Call } from './call';

/** A stack as CloudFormation holds it. */
export interface DeployedStack {
  readonly name: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** The template as it was handed in, for comparing with the evidence. */
  readonly templateText: string;
  /** The template with its macros applied, and parameters with the values that they have. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Of a nested stack: the name of the one that has it, and the logical id there. */
  readonly parent?: { readonly template: string; readonly logicalId: string };
  /** By logical id. */
  readonly physicalIds: ReadonlyMap<string, string>;
  /** By logical id: when CloudFormation last changed it. */
  readonly touched: ReadonlyMap<string, number>;
}

/** Why a stack cannot be reviewed now. */
export interface BusyStack {
  readonly name: string;
  readonly id: string;
  readonly status: string;
}

export function isBusy(stack: DeployedStack | BusyStack): stack is BusyStack {
  return 'status' in stack;
}

/** As deep as CloudFormation nests, and then some. */
const DEEPEST = 10;

/** Reads a stack, and the stacks that are nested in it. */
export async function readStacks(
  call: Call,
  name: string,
  at: { readonly id?: string; readonly parent?: DeployedStack['parent']; readonly depth?: number } = {},
): Promise<readonly (DeployedStack | BusyStack)[]> {
  const { id = name, parent, depth = 0 } = at;
  const read = await readStack(call, name, id);
  if (isBusy(read)) return [read];
  const stack: DeployedStack = parent === undefined ? read : { ...read, parent };
  const nested: (DeployedStack | BusyStack)[] = [];
  for (const [logicalId, physicalId] of stack.physicalIds) {
    if (!isStack(stack, logicalId) || depth >= DEEPEST) continue;
    // The name stands in the ARN; of one that has none, nothing more is known than where it should be.
    const own = physicalId.split('/')[1] ?? `${name}/${logicalId}`;
    nested.push(
      ...(await readStacks(call, own, { id: physicalId, parent: { template: name, logicalId }, depth: depth + 1 })),
    );
  }
  return [stack, ...nested];
}

function isStack({ body }: DeployedStack, logicalId: string): boolean {
  const resources = body['Resources'] as Readonly<Record<string, { readonly Type?: unknown }>> | undefined;
  return resources?.[logicalId]?.Type === 'AWS::CloudFormation::Stack';
}

/** Reads a stack: its status, parameters, template and resources. */
async function readStack(call: Call, name: string, place: string): Promise<DeployedStack | BusyStack> {
  const [found] = await describe(call, place);
  const id = String(found?.['StackId'] ?? '');
  const status = String(found?.['StackStatus'] ?? 'not there');
  // Resources are then neither what they were nor what they will be.
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/.test(status)) return { name, id, status };
  const [, , , region = '', account = ''] = id.split(':');
  const templateText = await templateOf(call, id, 'Original');
  const original = JSON.parse(templateText) as Record<string, unknown>;
  // Of the whole template, or of a part of it.
  const isTransformed = 'Transform' in original || templateText.includes('"Fn::Transform"');
  const rewritten = isTransformed ? JSON.parse(await templateOf(call, id, 'Processed')) : original;
  const resources = await allOf(
    (page) => call('cloudformation', 'ListStackResources', { StackName: id, ...page }),
    'StackResourceSummaries',
    NEXT_TOKEN,
  );
  const there = resources.filter(({ ResourceStatus }) => !String(ResourceStatus).startsWith('DELETE'));
  return {
    name,
    id,
    account,
    region,
    templateText,
    body: withParameters(rewritten as Record<string, unknown>, (found?.['Parameters'] ?? []) as readonly Answer[]),
    physicalIds: new Map(
      there.map(({ LogicalResourceId, PhysicalResourceId }) => [
        String(LogicalResourceId),
        String(PhysicalResourceId ?? ''),
      ]),
    ),
    touched: new Map(
      there.flatMap(({ LogicalResourceId, LastUpdatedTimestamp }) => {
        const at = new Date(LastUpdatedTimestamp as string | Date).getTime();
        return Number.isNaN(at) ? [] : [[String(LogicalResourceId), at] as const];
      }),
    ),
  };
}

async function describe(call: Call, StackName: string): Promise<readonly Answer[]> {
  try {
    return ((await call('cloudformation', 'DescribeStacks', { StackName }))['Stacks'] ?? []) as readonly Answer[];
  } catch (error) {
    // CloudFormation has no name of its own for it.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) return [];
    throw error;
  }
}

async function templateOf(call: Call, id: string, stage: string): Promise<string> {
  const { TemplateBody } = await call('cloudformation', 'GetTemplate', { StackName: id, TemplateStage: stage });
  return String(TemplateBody ?? '');
}

/** A parameter that can have one value only has it: so the reader of templates decides conditions, too. */
function withParameters(body: Record<string, unknown>, values: readonly Answer[]): Record<string, unknown> {
  const declared = (body['Parameters'] ?? {}) as Record<string, Record<string, unknown>>;
  const given = new Map(
    values.map(({ ParameterKey, ParameterValue, ResolvedValue }) => [
      String(ParameterKey),
      String(ResolvedValue ?? ParameterValue ?? ''),
    ]),
  );
  const known = Object.entries(declared).map(([name, parameter]): [string, unknown] => {
    const value = given.get(name);
    const type = String(parameter['Type']);
    // What is not echoed comes back as stars.
    if (value === undefined || parameter['NoEcho'] === true || /List/.test(type)) return [name, parameter];
    return [name, { Type: type === 'Number' ? type : 'String', AllowedValues: [value] }];
  });
  return { ...body, Parameters: Object.fromEntries(known) };
}
