import type { Intent } from './intent';
import type { Guard } from './policy';
import type { TemplateIntent } from './separation';
import type { MapValue, Unknown, Value } from './value';

/** A resource of a synthesized template, its intrinsics resolved as far as the template allows. */
export interface Resource {
  /** `template name#logical id`: unique in the snapshot. */
  readonly key: string;
  readonly template: Template;
  readonly logicalId: string;
  /** The CloudFormation type, `AWS::IAM::Role`. */
  readonly type: string;
  /** The path in the construct tree, without a leading slash, where the assembly or the metadata tells it. */
  readonly constructPath?: string;
  /** `/app/lib/orders.ts:12:5`: the code that made the construct, where the assembly has its stack trace. */
  readonly source?: string;
  /** Resolved on first use. */
  readonly properties: MapValue;
  /** What `Ref` gives: the physical name where the template tells it, else a text that names this resource. */
  readonly ref: Value;
  /** The ARN, symbolic where it is not known before deployment; absent where the type has none or it is not known. */
  readonly arn?: Value;
  /** The name of the template's condition on which the resource depends. */
  readonly condition?: string;
  /** What must hold for the resource to exist: in the terms of the choices in values, so that the two correlate. */
  readonly guards: readonly Guard[];
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  /** What was declared with cdk-bulkhead: `Metadata['cdk-bulkhead']`. */
  readonly intent?: Intent;
  /** CloudFormation Metadata, as in the template. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** One template and the environment it is deployed to. */
export interface Template {
  /** The stack's construct path, or else the file's name; unique in the snapshot. */
  readonly name: string;
  /** The file, as it was given. */
  readonly file: string;
  /** 12 digits, where known. */
  readonly account?: string;
  readonly region?: string;
  /** The name that the stack is deployed under, and the role with which CloudFormation does, where an assembly tells. */
  readonly stackName?: string;
  readonly executionRole?: string;
  readonly resources: readonly Resource[];
  /** Literal texts outside resources, for secret detection: parameter defaults, outputs, mappings. */
  readonly texts: readonly PlacedText[];
  /** What the template does that is not resolved here: transforms, macros, includes. */
  readonly unknowns: readonly Unknown[];
  /** Of these, what may change any resource when the template is deployed: roles and policies among them. */
  readonly reshapedBy?: readonly Unknown[];
  /** What was declared for the template as a whole; unknown where it is there and cannot be read. */
  readonly intent?: TemplateIntent | Unknown;
}

/** A literal text and where it stands. */
export interface PlacedText {
  readonly text: string;
  /** The owner's logical id, `undefined` for the template itself. */
  readonly resource?: Resource;
  readonly template: Template;
  /** As in a JSON path: `Parameters.DbPassword.Default`. */
  readonly place: string;
}

/** A secret found in a literal text, or in a file that is deployed. INVARIANT: the text itself is never in it. */
export interface SecretHit {
  readonly template: Template;
  readonly resource?: Resource;
  readonly place: string;
  /** What it looks like, in words: `GitHub token`. */
  readonly looksLike: string;
  /** That nothing was found because nobody could look: `looksLike` then says why. @default - it was found */
  readonly unread?: boolean;
  /** That it was safe, and is shown here: `looksLike` then says what it is. @default - it is written here */
  readonly shown?: boolean;
}

/** Everything the analysis knows. Immutable. */
export interface Snapshot {
  /** The day on which it was read, an ISO date in UTC, where whoever read it says so. */
  readonly readOn?: string;
  readonly templates: readonly Template[];
  readonly resources: readonly Resource[];
  readonly secretHits: readonly SecretHit[];
  /** The secrets found in a resource, or in a template outside its resources. Constant time. */
  secretsIn(owner: Resource | Template): readonly SecretHit[];
  /** The secrets that are taken from their store and shown, in a resource or in outputs. Constant time. */
  secretsShownIn(owner: Resource | Template): readonly SecretHit[];
  /** The resources of a type, in the order of the templates. Constant time. */
  ofType(type: string): readonly Resource[];
  /** The resource with this key. Constant time. */
  byKey(key: string): Resource | undefined;
  /** The resources whose properties name this resource by `Ref`, `GetAtt` or import. Indexed on first use. */
  referencing(key: string): readonly Resource[];
}
