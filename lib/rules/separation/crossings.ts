import { intentOfTemplate } from '../../engine/duties/declared';
import { holes, show } from '../../model/read';
import { PRODUCTION } from '../../model/separation';
import type { Resource, Snapshot, Template } from '../../model/snapshot';
import { isChoice, isList, isMap, isText } from '../../model/value';
import type { Value } from '../../model/value';

/** How something of one environment names something of another. */
export interface Crossing {
  readonly by: 'account' | 'name' | 'reference' | 'tag';
  /** What is named. */
  readonly what: string;
}

/** Identities, trust, keys, secrets and the policies on resources. */
const TOUCHING =
  /^AWS::(?:IAM::|KMS::|SecretsManager::)|^AWS::(?:S3::BucketPolicy|S3::AccessPoint|SQS::Queue(?:Inline)?Policy|SNS::Topic(?:Inline)?Policy|Lambda::(?:LayerVersion)?Permission|ApiGateway::RestApi|Events::EventBusPolicy|Logs::ResourcePolicy|ECR::Repository|SSO::PermissionSet)$/;

/** Tags by which people write down the environment. */
const ENVIRONMENT_TAG = /tag\/[^/]*(?:environment|env|stage)$/i;

/** The shortest name that is taken for one and not for a word. */
const SHORTEST_NAME = 5;
const SECRET = 'AWS::SecretsManager::Secret';

/** What lies in production, and what lies in environments that say that they are none. */
export class Environments {
  private readonly of = new Map<string, string | undefined>();
  private readonly productionAccounts: ReadonlySet<string>;
  private readonly otherAccounts: ReadonlySet<string>;
  private readonly productionNames: readonly string[];
  /** Of secrets: what production reads of another environment, that environment decides. */
  private readonly otherSecrets: readonly string[];

  constructor(private readonly snapshot: Snapshot) {
    for (const template of snapshot.templates) this.of.set(template.name, intentOfTemplate(template)?.environment);
    const production = snapshot.templates.filter((each) => this.isProduction(each));
    const others = snapshot.templates.filter((each) => this.isOther(each));
    this.productionAccounts = without(accountsOf(production), accountsOf(others));
    this.otherAccounts = without(accountsOf(others), accountsOf(production));
    this.productionNames = [...without(namesIn(production), namesIn(others))];
    this.otherSecrets = [...without(secretsIn(others), secretsIn(production))];
  }

  isProduction({ name }: Template): boolean {
    return this.of.get(name) === PRODUCTION;
  }

  /** Whether a template says that it belongs to an environment that is not production. */
  isOther({ name }: Template): boolean {
    const environment = this.of.get(name);
    return environment !== undefined && environment !== PRODUCTION;
  }

  /** How a resource of one side touches the other. */
  crossingsOf(resource: Resource): readonly Crossing[] {
    if (!TOUCHING.test(resource.type)) return [];
    if (this.isOther(resource.template)) {
      return this.find(resource, (each) => this.isProduction(each), this.productionAccounts, this.productionNames);
    }
    if (!this.isProduction(resource.template)) return [];
    return this.find(resource, (each) => this.isOther(each), this.otherAccounts, this.otherSecrets);
  }

  private find(
    { properties, template }: Resource,
    isThere: (template: Template) => boolean,
    accounts: ReadonlySet<string>,
    names: readonly string[],
  ): readonly Crossing[] {
    const found = new Map<string, Crossing>();
    const add = (by: Crossing['by'], what: string): void => {
      found.set(`${by} ${what}`, { by, what });
    };
    visit(properties, (value, key) => {
      const text = typeof value === 'string' || typeof value === 'number' ? String(value) : show(value);
      for (const account of text.match(/(?<!\d)\d{12}(?!\d)/g) ?? [])
        if (accounts.has(account)) add('account', account);
      for (const hole of isText(value) ? holes(value) : []) {
        const named = hole.resource === undefined ? undefined : this.snapshot.byKey(hole.resource);
        if (named !== undefined && named.template !== template && isThere(named.template)) add('reference', named.key);
      }
      for (const name of names) if (isNamed(name, text)) add('name', name);
      if (this.isOther(template) && ENVIRONMENT_TAG.test(key) && /^prod(?:uction)?\b/i.test(text))
        add('tag', `${key}=${text}`);
    });
    return [...found.values()].sort((a, b) => (`${a.by} ${a.what}` < `${b.by} ${b.what}` ? -1 : 1));
  }
}

/** Every text in a value, with the key of the map that it stands in. */
function visit(value: Value, see: (text: Value, key: string) => void, key = ''): void {
  if (isChoice(value)) for (const each of [value.whenTrue, value.whenFalse]) visit(each, see, key);
  else if (isList(value)) for (const each of value) visit(each, see, key);
  else if (isMap(value)) for (const [own, each] of Object.entries(value)) visit(each, see, own);
  else if (typeof value === 'string' || typeof value === 'number' || isText(value)) see(value, key);
}

function isNamed(name: string, text: string): boolean {
  const at = text.indexOf(name);
  if (at === -1 || !text.startsWith('arn:')) return false;
  const isEdge = (sign: string): boolean => sign === '' || /[^A-Za-z0-9-]/.test(sign);
  const rest = text.slice(at + name.length);
  // Six signs, or what stands for them, follow the name of a secret.
  const isSecret = text.slice(0, at).endsWith(':secret:') && /^-(?:[A-Za-z0-9?]{6}|\*)$/.test(rest);
  return isEdge(text.charAt(at - 1)) && (isEdge(rest.charAt(0)) || isSecret);
}

function accountsOf(templates: readonly Template[]): ReadonlySet<string> {
  return new Set(templates.flatMap(({ account }) => account ?? []));
}

function secretsIn(templates: readonly Template[]): ReadonlySet<string> {
  return new Set(
    templates
      .flatMap(({ resources }) => resources)
      .flatMap(({ type, properties }) => (type === SECRET ? (properties['Name'] ?? []) : []))
      .filter((name) => typeof name === 'string' && name.length >= SHORTEST_NAME) as string[],
  );
}

function namesIn(templates: readonly Template[]): ReadonlySet<string> {
  return new Set(
    templates
      .flatMap(({ resources }) => resources)
      .flatMap(({ ref }) => (typeof ref === 'string' && ref.length >= SHORTEST_NAME && !ref.includes(':') ? ref : [])),
  );
}

function without(all: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...all].filter((each) => !others.has(each)));
}
