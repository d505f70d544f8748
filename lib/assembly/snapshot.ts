import type { Resource, SecretHit, Snapshot, Template } from '../model/snapshot';
import { assetHitsOf } from './asset-scan';
import { expanded } from './expand';
import type { ResourceView } from './resource-view';
import { Scope, World } from './scope';
import { secretHitsOf } from './secret-scan';
import { secretsShownIn } from './secrets-shown';
import type { TemplateSource } from './template-source';
import { TemplateView } from './template-view';

/**
 * The snapshot of these templates: everything that the analysis knows. Values are resolved when they are first asked
 * for; secrets are looked for when they are first asked for.
 * @param readOn an ISO date in UTC
 * INVARIANT: total. A template that is none gives no resources and an unknown.
 */
export function snapshotOf(sources: readonly TemplateSource[], readOn?: string): Snapshot {
  return new View(sources.map(expanded), readOn);
}

type ByOwner = ReadonlyMap<unknown, readonly SecretHit[]>;

class View implements Snapshot {
  readonly templates: readonly TemplateView[];
  readonly resources: readonly Resource[];
  private readonly keys = new Map<string, ResourceView>();
  private readonly types = new Map<string, Resource[]>();
  private readonly views: readonly ResourceView[];
  private referrers?: ReadonlyMap<string, readonly Resource[]>;
  private hits?: { readonly all: readonly SecretHit[]; readonly byOwner: ByOwner };
  private shown?: ByOwner;

  constructor(
    private readonly sources: readonly TemplateSource[],
    readonly readOn?: string,
  ) {
    const world = new World();
    const names = uniqueNames(sources);
    for (const [i, source] of sources.entries()) world.scopes.push(new Scope(source, names[i], world));
    linkNested(sources, world.scopes);
    this.templates = sources.map((source, i) => new TemplateView(source, world.scopes[i]));
    this.views = this.templates.flatMap((each) => each.resources);
    this.resources = this.views;
    for (const view of this.views) {
      this.keys.set(view.key, view);
      const same = this.types.get(view.type);
      if (same === undefined) this.types.set(view.type, [view]);
      else same.push(view);
    }
  }

  ofType(type: string): readonly Resource[] {
    return this.types.get(type) ?? [];
  }

  byKey(key: string): Resource | undefined {
    return this.keys.get(key);
  }

  referencing(key: string): readonly Resource[] {
    this.referrers ??= this.indexReferences();
    return this.referrers.get(key) ?? [];
  }

  get secretHits(): readonly SecretHit[] {
    return this.scan().all;
  }

  secretsIn(owner: Resource | Template): readonly SecretHit[] {
    return this.scan().byOwner.get(owner) ?? [];
  }

  secretsShownIn(owner: Resource | Template): readonly SecretHit[] {
    this.shown ??= byOwner(this.templates.flatMap(secretsShownIn));
    return this.shown.get(owner) ?? [];
  }

  private scan(): NonNullable<View['hits']> {
    if (this.hits === undefined) {
      const placed = this.templates.map((template, i) => ({ template, assets: this.sources[i]?.assets ?? [] }));
      const all = [...secretHitsOf(this.templates), ...assetHitsOf(placed)];
      this.hits = { all, byOwner: byOwner(all) };
    }
    return this.hits;
  }

  private indexReferences(): ReadonlyMap<string, readonly Resource[]> {
    const index = new Map<string, Resource[]>();
    for (const view of this.views) {
      for (const key of view.references) {
        const same = index.get(key);
        if (same === undefined) index.set(key, [view]);
        else same.push(view);
      }
    }
    return index;
  }
}

function byOwner(all: readonly SecretHit[]): ByOwner {
  const found = new Map<unknown, SecretHit[]>();
  for (const hit of all) {
    const owner = hit.resource ?? hit.template;
    const same = found.get(owner);
    if (same === undefined) found.set(owner, [hit]);
    else same.push(hit);
  }
  return found;
}

function uniqueNames(sources: readonly TemplateSource[]): readonly string[] {
  const taken = new Set<string>();
  return sources.map(({ name, file }) => {
    let unique = taken.has(name) ? `${name} (${file})` : name;
    for (let n = 2; taken.has(unique); n += 1) unique = `${name} (${n})`;
    taken.add(unique);
    return unique;
  });
}

/** Ties nested stacks to the resource that deploys them. */
function linkNested(sources: readonly TemplateSource[], scopes: readonly Scope[]): void {
  const byName = new Map<string, Scope>();
  for (const [i, { name, parent: link }] of sources.entries()) {
    const nested = scopes[i];
    // Where two stacks have the same name, the nested ones follow theirs.
    const parent =
      link && (byName.get(link.template) ?? scopes[sources.findIndex((each) => each.name === link.template)]);
    byName.set(name, nested);
    if (link === undefined || parent === undefined || isBelow(parent, nested)) continue;
    nested.parent = { scope: parent, logicalId: link.logicalId };
    parent.nested.set(link.logicalId, nested);
  }
}

/** Whether a template is nested in another or is it: a cycle of nested stacks cannot be deployed. */
function isBelow(scope: Scope, other: Scope): boolean {
  return scope === other || (scope.parent !== undefined && isBelow(scope.parent.scope, other));
}
