import { snapshotOf } from '../lib/assembly/snapshot';
import { readInputs } from '../lib/assembly/read';
import { accessMatrixOf } from '../lib/engine/declared/access-matrix-of';
import { credentialsOf } from '../lib/engine/declared/credentials-of';
import type { AccessMatrix, DeclaredCredential } from '../lib/model/declared';
import type { Resource } from '../lib/model/snapshot';
import type { LocalCloud } from './local-cloud';
import type { StackFact } from './guard/facts';

/** Who can effectively read is not asked of the template: here it is tried. */
const NOT_ASKED = new Map<string, readonly never[]>();

/** A stage of an assembly that was deployed: what it declares, and under which names the emulator has it. */
export class DeployedStage {
  private constructor(
    /** The first segment of its construct paths. */
    public readonly name: string,
    public readonly account: string,
    public readonly region: string,
    private readonly resources: readonly Resource[],
    private readonly stacks: ReadonlyMap<string, StackFact>,
    public readonly matrix: AccessMatrix,
    public readonly credentials: readonly DeclaredCredential[],
  ) {}

  /** @param stage The first segment of the construct paths of its stacks. */
  public static async of(cloud: LocalCloud, assembly: string, stage: string): Promise<DeployedStage> {
    const read = readInputs([assembly]);
    if (!read.ok)
      throw new Error(`${assembly} cannot be read: ${read.problems.map(({ reason }) => reason).join('; ')}`);
    const snapshot = snapshotOf(read.sources.filter(({ name }) => name.startsWith(`${stage}/`)));
    const { account, region } = snapshot.templates[0] ?? {};
    if (account === undefined || region === undefined) throw new Error(`${stage} has no account and region of its own`);
    const stacks = new Map<string, StackFact>();
    for (const { name } of snapshot.templates) {
      const stack = await cloud.facts.stack(account, region, name.replaceAll('/', '-'));
      if (stack === null || !stack.status.endsWith('_COMPLETE')) throw new Error(`${name} is not deployed`);
      stacks.set(name, stack);
    }
    const [matrix] = accessMatrixOf(snapshot);
    return new DeployedStage(
      stage,
      account,
      region,
      snapshot.resources,
      stacks,
      matrix,
      credentialsOf(snapshot, NOT_ASKED),
    );
  }

  /** The roles of the stage by construct path, as ARNs. */
  public get roles(): ReadonlyMap<string, string> {
    const roles = this.resources.filter(({ type }) => type === 'AWS::IAM::Role');
    return new Map(roles.map((role) => [pathOf(role), `arn:aws:iam::${this.account}:role/${this.physicalId(role)}`]));
  }

  public role(path: string): string {
    const found = this.roles.get(path);
    if (found === undefined) throw new Error(`no role ${path} among ${[...this.roles.keys()].join(', ')}`);
    return found;
  }

  /** The API of the stage. */
  public get api(): { readonly id: string; readonly region: string; readonly stage: string } {
    return { id: this.only('AWS::ApiGateway::RestApi'), region: this.region, stage: this.matrix.stage ?? 'prod' };
  }

  /** The ARN of the secret that holds a credential. */
  public secret({ template, logicalId }: DeclaredCredential): string {
    return this.named(template, logicalId);
  }

  /** The physical id of a resource by construct path and type. */
  public find(type: string, path: string): string {
    const found = this.resources.filter((each) => each.type === type && each.constructPath?.startsWith(path) === true);
    if (found.length !== 1) throw new Error(`${found.length} resources of ${type} at ${path}`);
    return this.physicalId(found[0]);
  }

  private only(type: string): string {
    const found = this.resources.filter((each) => each.type === type);
    if (found.length !== 1) throw new Error(`${found.length} resources of ${type}`);
    return this.physicalId(found[0]);
  }

  private physicalId({ template, logicalId }: Resource): string {
    return this.named(template.name, logicalId);
  }

  private named(template: string, logicalId: string): string {
    const id = this.stacks.get(template)?.resources[logicalId]?.id;
    if (id === undefined || id === '') throw new Error(`${template}#${logicalId} was not deployed`);
    return id;
  }
}

/** As declarations name it: without the resource at its end. */
function pathOf({ intent, constructPath, logicalId }: Resource): string {
  if (intent?.kind === 'role') return intent.path;
  return constructPath?.replace(/\/Resource$/, '') ?? logicalId;
}
