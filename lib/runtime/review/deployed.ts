import { snapshotOf } from '../../assembly/snapshot';
import { apisOf } from '../../engine/world/apis';
import { worldOf } from '../../engine/world/world-of';
import type { Api, World } from '../../engine/world/world';
import type { Resource, SecretHit, Snapshot } from '../../model/snapshot';
import type { MapValue, Value } from '../../model/value';
import { factsFrom, filled } from './fill';
import type { Facts } from './fill';
import type { DeployedStack } from './stack';

/** A resource of a stack that is deployed, as its template declares it, with what the template leaves open filled in. */
export interface Deployed {
  readonly key: string;
  /** The name of the stack. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly arn?: string;
  readonly account: string;
  readonly region: string;
  readonly constructPath?: string;
  /** When CloudFormation last changed it. */
  readonly touched?: number;
  readonly properties: MapValue;
}

/** What was declared of all the stacks that are reviewed together. */
export interface Declared {
  readonly resources: readonly Deployed[];
  /** By the key of the API, read before names were filled in: the paths of methods need the references. */
  readonly apis: ReadonlyMap<string, Api>;
  /** With names and ARNs as they are. */
  readonly world: World;
  ofType(type: string): readonly Deployed[];
  byKey(key: string): Deployed | undefined;
}

/**
 * What the templates of stacks declare, read as the analysis reads them, and filled in with what CloudFormation knows:
 * account, region, parameters, physical ids and exports.
 */
export function declaredBy(stacks: readonly DeployedStack[], exported: ReadonlyMap<string, string>): Declared {
  const symbolic = snapshotOf(
    stacks.map(({ name, body, account, region, parent }) => ({
      name,
      file: name,
      body,
      account,
      region,
      stackName: name,
      ...(parent === undefined ? {} : { parent }),
    })),
  );
  const byName = new Map(stacks.map((each) => [each.name, each]));
  const physicalId = ({ template, logicalId }: Resource): string | undefined =>
    byName.get(template.name)?.physicalIds.get(logicalId);
  const facts = factsOf(symbolic, stacks, physicalId, exported);
  const there = symbolic.resources.filter((each) => physicalId(each) !== undefined);
  const views = there.map((each) => new FilledResource(each, facts));
  const snapshot = new FilledSnapshot(symbolic, views);
  const resources = views.map((view): Deployed => {
    const { key, template, logicalId, type, constructPath, arn } = view;
    const touched = byName.get(template.name)?.touched.get(logicalId);
    return {
      key,
      stack: template.name,
      logicalId,
      type,
      physicalId: physicalId(view) ?? '',
      ...(typeof arn === 'string' ? { arn } : {}),
      account: template.account ?? '',
      region: template.region ?? '',
      ...(constructPath === undefined ? {} : { constructPath }),
      ...(touched === undefined ? {} : { touched }),
      get properties() {
        return view.properties;
      },
    };
  });
  const byKey = new Map(resources.map((each) => [each.key, each]));
  return {
    resources,
    apis: apisOf(symbolic),
    world: worldOf(snapshot),
    ofType: (type) => resources.filter((each) => each.type === type),
    byKey: (key) => byKey.get(key),
  };
}

function factsOf(
  snapshot: Snapshot,
  stacks: readonly DeployedStack[],
  physicalId: (resource: Resource) => string | undefined,
  exported: ReadonlyMap<string, string>,
): Facts {
  const facts = new Map<string, string>();
  for (const { name, id } of stacks) facts.set(`${name}#AWS::StackId`, id.slice(id.lastIndexOf('/') + 1));
  for (const { account, region } of stacks) {
    for (const [name, value] of exported) facts.set(`import ${account}/${region}#${name}`, value);
  }
  for (const resource of snapshot.resources) {
    const id = physicalId(resource);
    if (id === undefined || id === '') continue;
    for (const [source, value] of factsFrom(resource.ref, id)) if (!facts.has(source)) facts.set(source, value);
    if (!facts.has(resource.key)) facts.set(resource.key, id);
  }
  return facts;
}

/** A resource in which names and ARNs are known. */
class FilledResource implements Resource {
  readonly key: string;
  readonly template: Resource['template'];
  readonly logicalId: string;
  readonly type: string;
  readonly constructPath?: string;
  readonly guards: Resource['guards'];
  readonly metadata: Resource['metadata'];
  readonly arn?: Value;
  private known?: MapValue;

  constructor(
    private readonly from: Resource,
    private readonly facts: Facts,
  ) {
    this.key = from.key;
    this.template = from.template;
    this.logicalId = from.logicalId;
    this.type = from.type;
    this.guards = [];
    this.metadata = from.metadata;
    if (from.arn !== undefined) this.arn = filled(from.arn, facts);
    if (from.constructPath !== undefined) this.constructPath = from.constructPath;
  }

  get properties(): MapValue {
    this.known ??= filled(this.from.properties, this.facts) as MapValue;
    return this.known;
  }

  get ref(): Resource['ref'] {
    return filled(this.from.ref, this.facts);
  }
}

class FilledSnapshot implements Snapshot {
  readonly secretHits: readonly SecretHit[] = [];
  private readonly types = new Map<string, Resource[]>();
  private readonly keys: ReadonlyMap<string, Resource>;

  constructor(
    private readonly symbolic: Snapshot,
    readonly resources: readonly Resource[],
  ) {
    this.keys = new Map(resources.map((each) => [each.key, each]));
    for (const each of resources) {
      const same = this.types.get(each.type);
      if (same === undefined) this.types.set(each.type, [each]);
      else same.push(each);
    }
  }

  get templates(): Snapshot['templates'] {
    return this.symbolic.templates;
  }

  /** Secrets are no matter of a review. */
  secretsIn(): readonly SecretHit[] {
    return this.secretHits;
  }

  secretsShownIn(): readonly SecretHit[] {
    return this.secretHits;
  }

  ofType(type: string): readonly Resource[] {
    return this.types.get(type) ?? [];
  }

  byKey(key: string): Resource | undefined {
    return this.keys.get(key);
  }

  referencing(key: string): readonly Resource[] {
    return this.symbolic.referencing(key);
  }
}
