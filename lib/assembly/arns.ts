import { ABSENT, isAbsent, isText, isUnknown, text } from '../model/value';
import type { Hole, HoleShape, TextPart, Value } from '../model/value';
import { ARN_TABLE } from './arn-table';
import type { TypeFacts } from './arn-table';
import { spread } from './choices';
import type { Evaluation } from './evaluation';
import { environmentOf } from './pseudo-parameters';
import { own, ownString, rawMap } from './raw';
import type { Scope } from './scope';
import { concat } from './texts';

/** What `Ref` of a resource gives. */
export function refOf(logicalId: string, scope: Scope, at: Evaluation): Value {
  return at.memo(
    scope,
    `ref ${logicalId}`,
    (fresh) => new Described(logicalId, scope, fresh).ref(),
    () => new Described(logicalId, scope, at).generated('Ref'),
  );
}

/** What `GetAtt` of an attribute gives. */
export function attributeOf(logicalId: string, attribute: string, scope: Scope, at: Evaluation): Value {
  return at.memo(
    scope,
    `att ${logicalId}.${attribute}`,
    (fresh) => new Described(logicalId, scope, fresh).attribute(attribute),
    () => new Described(logicalId, scope, at).generated(attribute),
  );
}

/** The ARN of a resource; absent where its type has none or it is not known here. */
export function arnOf(logicalId: string, scope: Scope, at: Evaluation): Value {
  return at.memo(
    scope,
    `arn ${logicalId}`,
    (fresh) => new Described(logicalId, scope, fresh).arn(),
    () => ABSENT,
  );
}

/** A resource whose references are being written out by the facts of its type. */
class Described {
  private readonly type: string;
  private readonly facts: TypeFacts | undefined;
  private readonly key: string;

  constructor(
    private readonly logicalId: string,
    private readonly scope: Scope,
    private readonly at: Evaluation,
  ) {
    this.type = ownString(scope.resource(logicalId) ?? {}, 'Type') ?? '';
    this.facts = Object.hasOwn(ARN_TABLE, this.type) ? ARN_TABLE[this.type] : undefined;
    this.key = scope.key(logicalId);
  }

  ref(): Value {
    return this.facts === undefined ? this.generated('Ref') : this.write(this.facts.ref ?? '{name}');
  }

  arn(): Value {
    return this.facts?.arn === undefined ? ABSENT : this.write(this.facts.arn);
  }

  attribute(name: string): Value {
    const attributes = this.facts?.attributes;
    const pattern = attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return pattern === undefined ? this.generated(name) : this.write(pattern);
  }

  /** Text of which only the origin is known. */
  generated(attribute: string): Value {
    if (!this.type.startsWith('AWS::') || this.type === 'AWS::CloudFormation::CustomResource') {
      return text([this.hole(attribute, 'any')]);
    }
    // What AWS makes up has no wildcard in it; other attributes may give back what a property says.
    const madeUp = attribute === 'Ref' ? !this.type.endsWith('WaitConditionHandle') : MADE_UP.test(attribute);
    return text([this.hole(attribute, madeUp && !attribute.startsWith('Outputs.') ? 'physical-id' : 'any')]);
  }

  private hole(attribute: string, shape: HoleShape): Hole {
    const source = attribute === 'Ref' ? this.key : `${this.key}.${attribute}`;
    return {
      shape,
      source,
      resource: this.key,
      attribute,
      ...(shape === 'any' ? { cause: 'attribute' as const } : {}),
    };
  }

  private write(pattern: string): Value {
    const full = pattern === '@arn' ? (this.facts?.arn ?? '{~Arn}') : pattern;
    const parts = piecesOf(full).map((part) => (part.startsWith('{') ? this.fill(part.slice(1, -1)) : part));
    return spread([concat(parts, this.scope.world.fresh)], ([value]) => withoutOuterArn(value));
  }

  private fill(slot: string): Value {
    const { partition, region, account, urlSuffix } = environmentOf(this.scope);
    switch (slot) {
      case 'P':
        return text([partition]);
      case 'R':
        return text([region]);
      case 'A':
        return text([account]);
      case 'S':
        return text([urlSuffix]);
      case 'name':
        return this.name(this.facts?.name);
      case 'name/':
        // The name of an SSM parameter with a path begins with a slash, one without a path does not.
        return spread([this.name(this.facts?.name)], ([name]) =>
          typeof name === 'string' && name.startsWith('/') ? name : concat(['/', name], this.scope.world.fresh),
        );
      case 'Name-Suffix':
        // What CloudFormation makes up where no name is given is not known: all of it is one hole.
        return spread([this.property('Name')], ([name]) => {
          const rest = text([this.hole('Suffix', isAbsent(name) ? 'segment' : 'suffix')]);
          return isAbsent(name)
            ? rest
            : concat([this.narrow(name, 'physical-id', 'Name'), '-', rest], this.scope.world.fresh);
        });
      case 'EventBusName?':
        return spread([this.property('EventBusName')], ([bus]) => this.eventBus(bus));
      case 'Url!':
        return spread([this.property('Url')], ([url]) => this.withoutScheme(url));
      case 'SecretId':
        return spread([this.property('SecretId')], ([id]) => this.secretArn(id));
      case 'Name':
        return this.name('Name');
    }
    if (slot.startsWith('=')) return text([this.hole(slot.slice(1), 'segment')]);
    if (slot.startsWith('~')) return text([this.hole(slot.slice(1), 'physical-id')]);
    const [property = slot, fallback] = slot.split('|');
    return spread([this.property(property)], ([value]) =>
      isAbsent(value) && fallback !== undefined ? fallback : this.narrow(value, 'physical-id', property),
    );
  }

  /** The physical name: as the property gives it, else made up by CloudFormation. */
  private name(property: string | undefined): Value {
    const value = property === undefined ? ABSENT : this.property(property);
    return spread([value], ([name]) => this.narrow(name, this.facts?.nameShape ?? 'segment', 'Ref'));
  }

  /**
   * A value that names a resource or a part of its name has no wildcard in it, whatever a parameter says. It keeps
   * the identity of this resource.
   */
  private narrow(value: Value, shape: HoleShape, attribute: string): Value {
    if (isText(value)) {
      return text(value.parts.map((part): TextPart => (isOpen(part) ? this.claim(part, shape, attribute) : part)));
    }
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value === 'string' && value !== '') return value;
    return text([this.hole(attribute, isAbsent(value) && attribute === 'Ref' ? 'segment' : shape)]);
  }

  private claim({ source, resource, attribute }: Hole, shape: HoleShape, named: string): Hole {
    if (resource !== undefined) return { shape, source, resource, ...(attribute === undefined ? {} : { attribute }) };
    return named === 'Ref' ? { shape, source, resource: this.key, attribute: named } : { shape, source };
  }

  private property(name: string): Value {
    return this.at.resolve(
      own(rawMap(own(this.scope.resource(this.logicalId) ?? {}, 'Properties')), name) ?? { Ref: 'AWS::NoValue' },
    );
  }

  /** The secret may be given by its name: its ARN is then not known, the six characters at its end are missing. */
  private secretArn(id: Value): Value {
    const start = isText(id) ? id.parts[0] : id;
    return typeof start === 'string' && start.startsWith('arn:') ? id : text([this.hole('Ref', 'physical-id')]);
  }

  private eventBus(bus: Value): Value {
    if (isAbsent(bus) || bus === 'default') return '';
    if (typeof bus === 'string' && !bus.includes(':')) return `${bus}/`;
    return text([this.hole('EventBusName', 'physical-id')]);
  }

  private withoutScheme(url: Value): Value {
    if (typeof url === 'string') return url.replace(/^https?:\/\//, '');
    if (isText(url) && typeof url.parts[0] === 'string') {
      return text([url.parts[0].replace(/^https?:\/\//, ''), ...url.parts.slice(1)]);
    }
    return text([this.hole('Url', 'physical-id')]);
  }
}

/** Attributes that AWS makes up, or that must be the name of something that exists: none has a wildcard in it. */
const MADE_UP =
  /(Arn|ARN|Id|D[Nn][Ss]Name|AvailabilityZone|VersionNumber|Endpoint\.(Address|Port)|SecurityGroup|NetworkAcl|Ip|IpAddress)$/;

const PIECES = new Map<string, readonly string[]>();

function piecesOf(pattern: string): readonly string[] {
  let known = PIECES.get(pattern);
  if (known === undefined) PIECES.set(pattern, (known = pattern.split(/(\{[^{}]+\})/)));
  return known;
}

function isOpen(part: TextPart): part is Hole {
  return typeof part === 'object' && part.shape === 'any';
}

/**
 * A property such as `FunctionName` takes a name or an ARN. Where it was an ARN, the pattern's own beginning is not
 * wanted: `arn:…:function:arn:…:function:name` is the inner ARN.
 */
function withoutOuterArn(value: Value): Value {
  if (isUnknown(value) || typeof value === 'object' ? !isText(value) : typeof value !== 'string') return value;
  const parts = isText(value) ? value.parts : [value as string];
  for (let i = parts.length - 1; i >= 0; i -= 1) {
    const part = parts[i];
    const found = typeof part === 'string' ? part.lastIndexOf('arn:') : -1;
    if (found < 0 || (i === 0 && found === 0)) continue;
    const before = (part as string).slice(0, found);
    if (before !== '' && !before.endsWith(':')) continue;
    return text([(part as string).slice(found), ...parts.slice(i + 1)]);
  }
  return value;
}
