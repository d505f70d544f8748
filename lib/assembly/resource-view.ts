import type { Intent } from '../model/intent';
import type { Guard } from '../model/policy';
import { referencedResources } from '../model/read';
import type { Resource, Template } from '../model/snapshot';
import { isMap, sortOf, unknown } from '../model/value';
import type { MapValue, Unknown, Value } from '../model/value';
import { arnOf, refOf } from './arns';
import { Evaluation } from './evaluation';
import { intentOf } from './intent-of';
import { evaluate } from './intrinsics';
import { own, ownString, rawMap } from './raw';
import type { RawMap } from './raw';
import type { Scope } from './scope';

/** What the template says of a resource besides its properties. */
export interface ResourceFacts {
  readonly logicalId: string;
  readonly constructPath?: string;
  readonly source?: string;
  readonly guards: readonly Guard[];
}

/** A resource whose properties are resolved when they are first asked for. */
export class ResourceView implements Resource {
  readonly key: string;
  readonly logicalId: string;
  readonly type: string;
  readonly constructPath?: string;
  readonly source?: string;
  readonly condition?: string;
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  readonly intent?: Intent;
  readonly metadata: RawMap;
  readonly guards: readonly Guard[];
  /** Set where there is an intent that cannot be read. */
  readonly malformedIntent?: Unknown;
  private readonly raw: RawMap;
  private resolved?: { readonly properties: MapValue; readonly touched: ReadonlySet<string> };

  constructor(
    readonly template: Template,
    private readonly scope: Scope,
    facts: ResourceFacts,
  ) {
    this.logicalId = facts.logicalId;
    this.raw = scope.resource(facts.logicalId) ?? {};
    this.key = scope.key(facts.logicalId);
    this.type = ownString(this.raw, 'Type') ?? '';
    this.guards = facts.guards;
    this.metadata = rawMap(own(this.raw, 'Metadata'));
    const path = facts.constructPath ?? ownString(this.metadata, 'aws:cdk:path');
    if (path !== undefined) this.constructPath = path.replace(/^\//, '');
    if (facts.source !== undefined) this.source = facts.source;
    const condition = ownString(this.raw, 'Condition');
    if (condition !== undefined && facts.guards.length > 0) this.condition = condition;
    const deletion = ownString(this.raw, 'DeletionPolicy');
    if (deletion !== undefined) this.deletionPolicy = deletion;
    const replacement = ownString(this.raw, 'UpdateReplacePolicy');
    if (replacement !== undefined) this.updateReplacePolicy = replacement;
    const intent = intentOf(this.metadata);
    if (intent !== undefined && 'kind' in intent) this.intent = intent;
    else if (intent !== undefined) this.malformedIntent = intent;
  }

  get properties(): MapValue {
    return this.resolve().properties;
  }

  /** The keys of the resources that the properties name, those included of which only a literal name is left. */
  get references(): readonly string[] {
    const { properties, touched } = this.resolve();
    return [...new Set([...touched, ...referencedResources(properties)])].filter((key) => key !== this.key);
  }

  get ref(): Value {
    return refOf(this.logicalId, this.scope, this.start());
  }

  get arn(): Value | undefined {
    const arn = arnOf(this.logicalId, this.scope, this.start());
    return sortOf(arn) === 'absent' ? undefined : arn;
  }

  /** A part of the resource's properties as a value. */
  resolveRaw(raw: unknown): Value {
    return this.start().resolve(raw);
  }

  private resolve(): NonNullable<ResourceView['resolved']> {
    if (this.resolved === undefined) {
      const at = this.start();
      this.resolved = { properties: this.resolveProperties(own(this.raw, 'Properties'), at), touched: at.touched };
    }
    return this.resolved;
  }

  /**
   * INVARIANT: where not all properties can be known, no property looks absent: the one that stands for the rest is
   * named `Fn::Transform` or `Fn::Malformed` and is unknown.
   */
  private resolveProperties(raw: unknown, at: Evaluation): MapValue {
    if (raw === undefined || raw === null) return {};
    const value = at.resolve(raw);
    if (isMap(value)) return value;
    const rest: [string, Value][] = [['Fn::Malformed', unknown('malformed', 'properties that are no map')]];
    if (sortOf(value) !== 'unknown') return Object.fromEntries(rest);
    // Beside a transform there may be properties that are readable.
    const own = Object.entries(rawMap(raw)).filter(([key]) => !key.startsWith('Fn::') && key !== 'Ref');
    return Object.fromEntries([
      ...own.map(([key, each]) => [key, at.resolve(each)] as const),
      ['Fn::Transform', value],
    ]);
  }

  /** Properties are read where the resource exists, so what its condition says holds in them. */
  private start(): Evaluation {
    if (this.guards.length === 0) return Evaluation.start(this.scope, evaluate);
    return Evaluation.start(this.scope, evaluate, new Map(this.guards.map((each) => [each.condition, each.holds])));
  }
}
