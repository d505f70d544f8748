import type { TemplateIntent } from '../model/separation';
import type { PlacedText, Template } from '../model/snapshot';
import { unknown } from '../model/value';
import type { Unknown } from '../model/value';
import { guardsOf } from './conditions';
import { Evaluation } from './evaluation';
import { evaluate } from './intrinsics';
import { textsOfTemplate } from './placed-texts';
import { isRawMap, kindOf, own, rawMap } from './raw';
import type { RawMap } from './raw';
import { ResourceView } from './resource-view';
import type { Scope } from './scope';
import { templateIntentOf } from './template-intent';
import type { TemplateSource } from './template-source';
import { reshapingOf, unknownsOf } from './template-unknowns';

/** A template and what of it the other parts of this folder need. */
export class TemplateView implements Template {
  readonly name: string;
  readonly file: string;
  readonly account?: string;
  readonly stackName?: string;
  readonly executionRole?: string;
  readonly region?: string;
  readonly resources: readonly ResourceView[];
  readonly unknowns: readonly Unknown[];
  readonly reshapedBy?: readonly Unknown[];
  readonly intent?: TemplateIntent | Unknown;
  private placed?: readonly PlacedText[];

  constructor(
    private readonly source: TemplateSource,
    readonly scope: Scope,
  ) {
    this.name = scope.name;
    this.file = source.file;
    if (scope.account !== undefined) this.account = scope.account;
    if (scope.stackName !== undefined) this.stackName = scope.stackName;
    if (source.executionRole !== undefined) this.executionRole = source.executionRole;
    if (scope.region !== undefined) this.region = scope.region;
    const unknowns: Unknown[] = [...unknownsOf(source.body)];
    this.resources = Object.keys(scope.resources).flatMap((id) => this.resource(id, unknowns));
    this.unknowns = unknowns;
    if (unknowns.length > 0) this.reshapedBy = reshapingOf(source.body);
    const intent = templateIntentOf(this.body);
    if (intent !== undefined) this.intent = intent;
  }

  get body(): RawMap {
    return rawMap(this.source.body);
  }

  get texts(): readonly PlacedText[] {
    this.placed ??= textsOfTemplate(this.body, this);
    return this.placed;
  }

  private resource(logicalId: string, unknowns: Unknown[]): readonly ResourceView[] {
    const raw = this.scope.resource(logicalId);
    if (raw === undefined) {
      // A loop or a transform in place of a resource is among the template's unknowns already.
      if (!logicalId.startsWith('Fn::')) {
        const found = kindOf(own(this.scope.resources, logicalId));
        unknowns.push(unknown('malformed', `resource "${logicalId}", which is ${found}`));
      }
      return [];
    }
    if (logicalId.startsWith('Fn::')) return [];
    const guards = this.guards(raw['Condition']);
    // What is known never to exist is no part of what is deployed.
    if (guards === 'never') return [];
    const constructPath = this.source.constructPaths?.get(logicalId);
    const source =
      constructPath === undefined ? undefined : this.source.createdAt?.get(constructPath.replace(/^\//, ''));
    const view = new ResourceView(this, this.scope, {
      logicalId,
      guards,
      ...(source === undefined ? {} : { source }),
      ...(constructPath === undefined ? {} : { constructPath }),
    });
    if (view.type === '') unknowns.push(typeless(logicalId, own(raw, 'Type')));
    if (view.malformedIntent !== undefined) unknowns.push(view.malformedIntent);
    const properties = own(raw, 'Properties');
    if (properties !== undefined && properties !== null && !isRawMap(properties)) {
      unknowns.push(unknown('malformed', `the properties of "${logicalId}", which are ${kindOf(properties)}`));
    }
    return [view];
  }

  private guards(condition: unknown): ReturnType<typeof guardsOf> {
    if (condition === undefined) return [];
    if (typeof condition !== 'string') return [];
    return guardsOf(condition, this.scope, Evaluation.start(this.scope, evaluate));
  }
}

/** A type that a tool fills in before the template is deployed, such as a module, is no mistake of the template. */
function typeless(logicalId: string, type: unknown): Unknown {
  const [tool] = isRawMap(type) ? Object.keys(type) : [];
  if (tool === undefined) return unknown('malformed', `resource "${logicalId}", which has no type`);
  return unknown('transform', `resource "${logicalId}", which is made by "${tool.replace(/^Fn::/, '')}"`);
}
