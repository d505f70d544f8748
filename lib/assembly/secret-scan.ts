import { elements } from '../model/read';
import type { SecretHit } from '../model/snapshot';
import { isText } from '../model/value';
import type { Value } from '../model/value';
import type { Leaf } from './leaves';
import { namedValue, placeText } from './leaves';
import { visitResource, visitTemplate } from './placed-texts';
import { own, ownString, rawMap } from './raw';
import { secretsAssignedIn, secretsInJson } from './secret-code';
import { mayBeSecret, saysSecret } from './secret-names';
import { secretPropertiesOf, takesSecret } from './secret-properties';
import type { Look, NamedText } from './secret-texts';
import { ACCESS_KEY_ID, lookOf, secretsInTexts } from './secret-texts';
import type { TemplateView } from './template-view';

/** Properties with code in them, and those with JSON in which a secret stands. */
const CODE = /^(ZipFile|InlineCode|UserData)$/;
const JSON_OF_SECRET = /^(SecretString|SecretStringTemplate)$/;
/** In place of what is not known. */
const HOLE = '<not known>';

/** What the name of a place says of what stands there. */
type Sort = 'secret' | 'json' | 'code' | 'other';

function sortOf(name: string): Sort {
  if (CODE.test(name)) return 'code';
  if (JSON_OF_SECRET.test(name)) return 'json';
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
    visitTemplate(template.body, (leaf) => search.text(leaf, { template }));
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
    const written = placeText(place);
    const kind = /Environment/i.test(written)
      ? 'environment variable'
      : isNamed || takesSecret(name)
        ? 'property'
        : undefined;
    if (kind === undefined && sort !== 'json') return;
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

  /** Code: also the pieces of it that a function joins. */
  private code({ text }: Leaf, owner: Owner, written: string): void {
    for (const name of secretsAssignedIn(text))
      this.add(owner, written, `plain text in the variable "${name}" of code`);
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
