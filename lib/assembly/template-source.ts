import type { AssetSource } from './asset-files';

/** A template as it comes from a reader or a test: parsed, not yet looked into. */
export interface TemplateSource {
  /** The stack's construct path, or else the file's name; made unique where it is not. */
  readonly name: string;
  /** The file, as it was given. */
  readonly file: string;
  /** What the JSON or YAML says: any value at all. */
  readonly body: unknown;
  /** 12 digits; anything else counts as not known. */
  readonly account?: string;
  readonly region?: string;
  /** The name that the stack is deployed under, where the assembly tells it. */
  readonly stackName?: string;
  /** The role with which CloudFormation deploys it, as the assembly has it: placeholders included. */
  readonly executionRole?: string;
  /** Logical id to construct path, where the assembly tells it; else the metadata of each resource does. */
  readonly constructPaths?: ReadonlyMap<string, string>;
  /** Construct path to the place in the app's code, where the assembly has stack traces. */
  readonly createdAt?: ReadonlyMap<string, string>;
  /** For a nested stack: the template that has it, by name, and the logical id of its `AWS::CloudFormation::Stack`. */
  readonly parent?: { readonly template: string; readonly logicalId: string };
  /** The files that its assembly uploads. */
  readonly assets?: readonly AssetSource[];
}
