import { elements } from '../model/read';
import type { SecretHit } from '../model/snapshot';
import type { Value } from '../model/value';
import type { Leaf } from './leaves';
import { namedValue, placeText } from './leaves';
import { visitResource, visitTemplate } from './placed-texts';
import { own, ownString, rawMap } from './raw';
import { mayBeSecret, saysSecret } from './secret-names';
import type { Look, NamedText } from './secret-texts';
import { ACCESS_KEY_ID, lookOf, secretsInTexts } from './secret-texts';
import type { TemplateView } from './template-view';

/** Properties outside of environment variables that hold a secret, whatever the service. */
const SECRET_PROPERTY =
  /(password|passphrase|secretstring|clientsecret|authtoken|oauthtoken|accesstoken|privatekey|secretaccesskey)$/i;

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
    visitTemplate(template.body, (leaf) => search.text(leaf, { template }));
    for (const resource of template.resources) {
      const raw = scope.resource(resource.logicalId) ?? {};
      visitResource(raw, (leaf) => {
        search.text(leaf, { template, resource });
        search.place(leaf, { template, resource }, (value) => resource.resolveRaw(value));
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
  private readonly names = new Map<string, boolean>();

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
  place(leaf: Leaf, owner: Owner, resolve: Resolve): void {
    const { name, place, raw } = namedValue(leaf);
    let secret = this.names.get(name);
    if (secret === undefined) this.names.set(name, (secret = saysSecret(name)));
    if (!secret) return;
    const written = placeText(place);
    const kind = /Environment/i.test(written)
      ? 'environment variable'
      : SECRET_PROPERTY.test(name)
        ? 'property'
        : undefined;
    if (kind === undefined) return;
    const values = typeof raw !== 'string' || raw.includes('{{resolve:') ? elements(resolve(raw)) : [raw];
    if (values.some((each) => typeof each === 'string' && mayBeSecret(each))) {
      this.add(owner, written, `plain text in the ${kind} "${name}"`);
    }
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
