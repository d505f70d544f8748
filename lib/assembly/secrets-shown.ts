import type { SecretHit } from '../model/snapshot';
import type { Leaf } from './leaves';
import { placeText, visitLeaves } from './leaves';
import { isRawMap, own, ownString, rawMap } from './raw';
import type { TemplateView } from './template-view';

/**
 * Where a value is kept and shown as it is, by type: whoever may describe the resource reads it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html
 */
const SHOWING: Readonly<Record<string, readonly string[]>> = {
  'AWS::Amplify::App': ['EnvironmentVariables'],
  'AWS::ApiGateway::Stage': ['Variables'],
  'AWS::AppRunner::Service': ['SourceConfiguration'],
  'AWS::AutoScaling::LaunchConfiguration': ['UserData'],
  'AWS::Batch::JobDefinition': ['ContainerProperties'],
  'AWS::CodeBuild::Project': ['Environment'],
  'AWS::EC2::Instance': ['UserData'],
  'AWS::EC2::LaunchTemplate': ['LaunchTemplateData'],
  'AWS::ECS::TaskDefinition': ['ContainerDefinitions'],
  'AWS::Glue::Job': ['DefaultArguments'],
  'AWS::Lambda::Function': ['Code', 'Description', 'Environment'],
  'AWS::SSM::Parameter': ['Value'],
  'AWS::StepFunctions::StateMachine': ['DefinitionString', 'DefinitionSubstitutions'],
};

/** Attributes that are a secret. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  'AWS::AppSync::ApiKey': 'ApiKey',
  'AWS::Cognito::UserPoolClient': 'ClientSecret',
  'AWS::IAM::AccessKey': 'SecretAccessKey',
};

const REFERENCE = /\{\{resolve:(secretsmanager|ssm-secure):/;
const STORES: Readonly<Record<string, string>> = {
  'secretsmanager': 'a value of Secrets Manager',
  'ssm-secure': 'a secure parameter of Systems Manager',
};

/**
 * The secrets that a template takes from where they are safe to where they are shown: dynamic references, parameters with
 * NoEcho and attributes, in outputs and in what `SHOWING` names. By how the template is written: nothing is resolved.
 */
export function secretsShownIn(template: TemplateView): readonly SecretHit[] {
  const sources = new Sources(template);
  const hits: SecretHit[] = [];
  const add = (leaf: Leaf, owner: Pick<SecretHit, 'template' | 'resource'>): void => {
    const looksLike = sources.of(leaf);
    if (looksLike !== undefined) hits.push({ ...owner, place: placeText(top(leaf)), looksLike, shown: true });
  };
  visitLeaves(own(template.body, 'Outputs'), 'Outputs', (leaf) => {
    // Neither a description nor a condition is a value.
    if (/^Outputs\.[^.]+\.Value\b/.test(placeText(leaf.place))) add(leaf, { template });
  });
  for (const resource of template.resources) {
    if (!Object.hasOwn(SHOWING, resource.type)) continue;
    const properties = rawMap(own(template.scope.resource(resource.logicalId) ?? {}, 'Properties'));
    for (const name of SHOWING[resource.type] ?? []) {
      visitLeaves(own(properties, name), `Properties.${name}`, (leaf) => {
        if (isRead(leaf)) add(leaf, { template, resource });
      });
    }
  }
  return hits;
}

/** What a template has of secrets, by how it is referred to. */
class Sources {
  private readonly hidden: ReadonlySet<string>;
  private readonly attributes = new Map<string, string>();

  constructor({ scope, resources }: TemplateView) {
    this.hidden = new Set(
      Object.keys(scope.parameters).filter((name) => {
        const noEcho = own(rawMap(own(scope.parameters, name)), 'NoEcho');
        return noEcho === true || noEcho === 'true';
      }),
    );
    for (const { logicalId, type } of resources) {
      const attribute = Object.hasOwn(ATTRIBUTES, type) ? ATTRIBUTES[type] : undefined;
      if (attribute !== undefined) this.attributes.set(`${logicalId}.${attribute}`, attribute);
    }
  }

  /** What a text refers to, in words. */
  of({ text, place: { key, holder, parent } }: Leaf): string | undefined {
    const [, store] = REFERENCE.exec(text) ?? [];
    if (store !== undefined) return STORES[store];
    if (key === 'Ref') return this.hidden.has(text) ? `the parameter "${text}", which has NoEcho` : undefined;
    if (key === 'Fn::GetAtt') return this.attribute(text);
    if (parent?.key === 'Fn::GetAtt' && key === 1 && Array.isArray(holder)) return this.attribute(holder.join('.'));
    if (key !== 'Fn::Sub' && parent?.key !== 'Fn::Sub') return undefined;
    for (const [, name = ''] of text.matchAll(/\$\{([A-Za-z0-9.]+)\}/g)) {
      if (this.hidden.has(name)) return `the parameter "${name}", which has NoEcho`;
      const found = this.attribute(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private attribute(name: string): string | undefined {
    const attribute = this.attributes.get(name);
    return attribute === undefined ? undefined : `the attribute ${attribute} of "${name.slice(0, name.indexOf('.'))}"`;
  }
}

/** The nearest place that is no argument of a function. */
function top({ place }: Leaf): Leaf['place'] {
  let found = place;
  for (let at: Leaf['place'] | undefined = place; at !== undefined; at = at.parent) {
    if (typeof at.key === 'string' && (at.key.startsWith('Fn::') || at.key === 'Ref') && at.parent !== undefined)
      found = at.parent;
  }
  return found;
}

/** Secrets of containers and builds that are named, and fetched when they start, stand beside those in plain text. */
function isRead({ place }: Leaf): boolean {
  for (let at: Leaf['place'] | undefined = place; at !== undefined; at = at.parent) {
    if (at.key === 'Secrets' || at.key === 'RepositoryCredentials' || at.key === 'RuntimeEnvironmentSecrets')
      return false;
    const type = isRawMap(at.holder) ? ownString(at.holder, 'Type') : undefined;
    if (at.key === 'Value' && (type === 'SECRETS_MANAGER' || type === 'PARAMETER_STORE')) return false;
  }
  return true;
}
