import { elements } from '../model/read';
import type { SecretHit } from '../model/snapshot';
import { isText } from '../model/value';
import type { Value } from '../model/value';
import type { Leaf } from './leaves';
import { namedValue, placeText } from './leaves';
import { visitResource, visitTemplate } from './placed-texts';
import { own, ownString, rawMap } from './raw';
import type { RawMap } from './raw';
import { isSecretNamed, secretsAssignedIn, secretsInJson, secretsInJsonFile, secretsInSettings } from './secret-code';
import { mayBeSecret, saysPassword, saysSecret } from './secret-names';
import { secretPropertiesOf, takesSecret } from './secret-properties';
import type { Look, NamedText } from './secret-texts';
import { ACCESS_KEY_ID, lookOf, secretsInTexts } from './secret-texts';
import type { TemplateView } from './template-view';

/** Properties with code in them, and those with JSON in which a secret stands. */
const CODE = /^(ZipFile|InlineCode|UserData|BuildSpec)$/;
/** Documents of JSON with names of all sorts. */
const DEFINITION = /^DefinitionString$/;
/** What a host writes and runs when it starts. */
const INIT = /^(content|command)$/;
/** Arguments of a program, each a text of its own. */
const ARGUMENTS = /^(Command|EntryPoint|ContainerArguments|ContainerEntrypoint|args|command)$/;
/** A plain parameter, which is read by whoever may describe it, where a secret belongs. */
const PLAIN_PARAMETER = /\{\{resolve:ssm:/;
const JSON_OF_SECRET = /^(SecretString|SecretStringTemplate)$/;
/** In place of what is not known. */
const HOLE = '<not known>';

/** What the name of a place says of what stands there. */
type Sort = 'secret' | 'json' | 'definition' | 'code' | 'init' | 'arguments' | 'other';

function sortOf(name: string): Sort {
  if (CODE.test(name)) return 'code';
  if (JSON_OF_SECRET.test(name)) return 'json';
  if (DEFINITION.test(name)) return 'definition';
  if (INIT.test(name)) return 'init';
  if (ARGUMENTS.test(name)) return 'arguments';
  return saysSecret(name) || takesSecret(name) ? 'secret' : 'other';
}

type Owner = Pick<SecretHit, 'template' | 'resource'>;
type Resolve = (raw: unknown) => Value;

/**
 * The secrets in the literal texts of templates: by what a text looks like, and by what its place is called.
 * INVARIANT: a hit says where and what kind, never the text.
 */
export function secretHitsOf(templates: readonly TemplateView[]): readonly SecretHit[] {
  const search = new Search();
  for (const template of templates) {
    const { scope } = template;
    for (const name of Object.keys(scope.parameters)) search.parameter(name, { template });
    const outputs = rawMap(own(rawMap(template.body), 'Outputs'));
    for (const name of Object.keys(outputs))
      search.output(name, own(rawMap(own(outputs, name)), 'Value'), { template });
    visitTemplate(template.body, (leaf) => {
      search.text(leaf, { template });
      search.mapping(leaf, { template });
    });
    for (const resource of template.resources) {
      const raw = scope.resource(resource.logicalId) ?? {};
      const named = secretPropertiesOf(resource.type);
      visitResource(raw, (leaf) => {
        search.text(leaf, { template, resource });
        search.place(leaf, { template, resource }, (value) => resource.resolveRaw(value), named);
      });
    }
  }
  return search.hits();
}

class Search {
  private readonly found = new Map<string, SecretHit>();
  private readonly suspects = new Map<string, NamedText & { readonly at: (Owner & { readonly leaf: Leaf })[] }>();

  /** Most texts and names of a template are there many times. */
  private readonly looks = new Map<string, Look>();
  private readonly names = new Map<string, Sort>();
  private readonly definitions = new Set<unknown>();

  /** By what the text looks like: what needs the scanner is kept for one call of it. */
  text(leaf: Leaf, owner: Owner): void {
    const { text } = leaf;
    if (text.length < 16) return;
    let look = this.looks.get(text);
    if (look === undefined) this.looks.set(text, (look = lookOf(text)));
    if (look === 'harmless') return;
    if (ACCESS_KEY_ID.test(text)) this.add(owner, placeText(leaf.place), 'AWS access key id');
    const { name } = namedValue(leaf);
    if (look === 'by-name' && !/secret/i.test(name)) return;
    const key = `${name}\n${text}`;
    const known = this.suspects.get(key);
    if (known === undefined) this.suspects.set(key, { name, text, at: [{ ...owner, leaf }] });
    else known.at.push({ ...owner, leaf });
  }

  /** By what the place is called. */
  place(leaf: Leaf, owner: Owner, resolve: Resolve, named?: ReadonlySet<string>): void {
    const { name, place, raw } = namedValue(leaf);
    let sort = this.names.get(name);
    if (sort === undefined) this.names.set(name, (sort = sortOf(name)));
    const isNamed = named?.has(name) === true;
    if (sort === 'other' && !isNamed) return;
    if (sort === 'code') return this.code(leaf, owner, placeText(place));
    if (sort === 'arguments' || sort === 'init') this.option(leaf, owner);
    if (sort === 'arguments') return;
    if (sort === 'definition') return this.definition(raw, resolve, owner, placeText(place));
    const written = placeText(place);
    if (sort === 'init') {
      if (written.includes('AWS::CloudFormation::Init')) this.settings(leaf, owner, written);
      return;
    }
    const kind = /Environment/i.test(written)
      ? 'environment variable'
      : isNamed || takesSecret(name)
        ? 'property'
        : undefined;
    if (kind === undefined && sort !== 'json') return;
    if (PLAIN_PARAMETER.test(leaf.text) && (isNamed || takesSecret(name))) {
      return this.add(owner, written, `plain parameter of Systems Manager in the ${kind ?? 'property'} "${name}"`);
    }
    const values = typeof raw !== 'string' || raw.includes('{{resolve:') ? elements(resolve(raw)) : [raw];
    // A template is no secret in itself: what is generated is put into it.
    if (sort === 'json') this.json(name === 'SecretStringTemplate' ? values : values.filter(isText), owner, written);
    if (name !== 'SecretStringTemplate' && values.some((each) => typeof each === 'string' && mayBeSecret(each))) {
      this.add(owner, written, `plain text in the ${kind} "${name}"`);
    }
  }

  /** The members of a secret of which some are known and some are not. */
  private json(values: readonly Value[], owner: Owner, written: string): void {
    for (const value of values) {
      const text = isText(value) ? value.parts.map((each) => (typeof each === 'string' ? each : HOLE)).join('') : value;
      if (typeof text !== 'string') continue;
      for (const name of secretsInJson(text, HOLE)) {
        this.add(owner, written, `plain text in the member "${name}"`);
      }
    }
  }

  /** Code: also the pieces of it that a function joins, and user data that is encoded already. */
  private code(leaf: Leaf, owner: Owner, written: string): void {
    const text = decoded(leaf.text);
    if (text !== leaf.text) this.text({ ...leaf, text }, owner);
    for (const name of secretsAssignedIn(text))
      this.add(owner, written, `plain text in the variable "${name}" of code`);
  }

  /** What a host is given when it starts: commands, and files with settings. */
  private settings({ text }: Leaf, owner: Owner, written: string): void {
    for (const name of new Set([...secretsAssignedIn(text), ...secretsInSettings(text)]))
      this.add(owner, written, `plain text in the setting "${name}"`);
  }

  /** An argument after one such as `--password`, or with it in one text. */
  private option({ text, place }: Leaf, owner: Owner): void {
    const { key, holder } = place;
    const before: unknown = typeof key === 'number' && Array.isArray(holder) ? holder[key - 1] : undefined;
    const name = typeof before === 'string' ? /^--?([A-Za-z][\w-]*)$/.exec(before)?.[1] : undefined;
    const found = name !== undefined && isSecretNamed(name, text) ? [name] : secretsAssignedIn(text);
    for (const each of found) this.add(owner, placeText(place), `plain text in the argument "${each}"`);
  }

  /** The JSON of a state machine: once, however many pieces a function joins. */
  private definition(raw: unknown, resolve: Resolve, owner: Owner, written: string): void {
    if (this.definitions.has(raw)) return;
    if (typeof raw !== 'string') this.definitions.add(raw);
    for (const value of typeof raw === 'string' ? [raw] : elements(resolve(raw))) {
      const text = isText(value) ? value.parts.map((each) => (typeof each === 'string' ? each : HOLE)).join('') : value;
      if (typeof text !== 'string') continue;
      for (const name of secretsInJsonFile(text, HOLE)) this.add(owner, written, `plain text in the member "${name}"`);
    }
  }

  /** A value of a mapping, by its key. */
  mapping({ text, place }: Leaf, owner: { readonly template: TemplateView }): void {
    const { key } = place;
    if (typeof key !== 'string' || !isSecretNamed(key, text)) return;
    const written = placeText(place);
    if (written.startsWith('Mappings.')) this.add(owner, written, `plain text in the value "${key}" of a mapping`);
  }

  /** An output, by its own name. */
  output(name: string, value: unknown, owner: { readonly template: TemplateView }): void {
    if (typeof value !== 'string' || value.includes('{{resolve:') || !saysSecret(name) || !mayBeSecret(value)) return;
    this.add(owner, `Outputs.${name}.Value`, `plain text in the output "${name}"`);
  }

  /** A parameter's default, by the parameter's name or because it is not to be shown. */
  parameter(name: string, owner: { readonly template: TemplateView }): void {
    const declared = rawMap(own(owner.template.scope.parameters, name));
    const raw = own(declared, 'Default');
    this.shownParameter(name, declared, owner);
    const value = typeof raw === 'number' ? String(raw) : raw;
    if (typeof value !== 'string' || value.includes('{{resolve:')) return;
    // The default of an SSM parameter is the name under which the value is kept.
    if (ownString(declared, 'Type')?.startsWith('AWS::SSM::')) return;
    const place = `Parameters.${name}.Default`;
    const noEcho = own(declared, 'NoEcho');
    if (noEcho === true || noEcho === 'true') {
      if (value.trim() !== '') this.add(owner, place, 'default of a parameter with NoEcho');
    } else if (saysSecret(name) && own(declared, 'AllowedValues') === undefined && mayBeSecret(value)) {
      this.add(owner, place, `plain text in the default of parameter "${name}"`);
    }
  }

  /** Whoever describes the stack reads what it was given. One with a default that is no secret is about something else. */
  private shownParameter(name: string, declared: RawMap, owner: { readonly template: TemplateView }): void {
    const noEcho = own(declared, 'NoEcho');
    const standard = own(declared, 'Default');
    if (noEcho === true || noEcho === 'true' || (ownString(declared, 'Type') ?? 'String') !== 'String') return;
    if (own(declared, 'AllowedValues') !== undefined || (standard !== undefined && standard !== '')) return;
    if (!saysPassword(name)) return;
    this.add(owner, `Parameters.${name}`, `secret that everybody sees: the parameter "${name}" without NoEcho`);
  }

  hits(): readonly SecretHit[] {
    const suspects = [...this.suspects.values()];
    for (const [index, kinds] of secretsInTexts(suspects)) {
      for (const { leaf, ...owner } of suspects[index]?.at ?? []) {
        for (const kind of kinds) this.add(owner, placeText(leaf.place), kind);
      }
    }
    return [...this.found.values()];
  }

  private add({ template, resource }: Owner, place: string, looksLike: string): void {
    const hit: SecretHit = { template, ...(resource === undefined ? {} : { resource }), place, looksLike };
    this.found.set(`${resource?.key ?? template.name}\n${place}\n${looksLike}`, hit);
  }
}

/** User data in Base64, as text. */
function decoded(text: string): string {
  if (text.length < 24 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return text;
  return Buffer.from(text, 'base64').toString('utf8');
}
