import { createHash } from 'node:crypto';
import { AspectPriority, Aspects, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { actionMayMatch } from '../../engine/match/action-pattern';
import { CALLS_TAG } from '../../model/tags';
import { misuse } from '../../private/errors';
import type { CallersTag } from './resource-policy';

/**
 * Characters of the value of a tag, and tags of a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
const VALUE_LIMIT = 256;
const TAGS_LIMIT = 50;

/** The tag by which the guard of one API knows roles of the app. */
export class TaggedCallers {
  /** The name of the tag: of this API alone, the same at every synth. */
  public readonly key: string;

  /** @param values the value of the tag by caller; asked when the template is written */
  constructor(
    private readonly scope: Construct,
    private readonly roles: ReadonlyMap<string, iam.IRole>,
    private readonly values: () => ReadonlyMap<string, string>,
  ) {
    const { stackName, region, account } = Stack.of(scope);
    const parts = [scope.node.path, ...[stackName, region, account].filter((each) => !Token.isUnresolved(each))];
    this.key = `${CALLS_TAG}${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 8)}`;
  }

  /** Sets the tags when the template is written. */
  public setTags(): void {
    const set = (): void => {
      for (const key of this.keys()) {
        const value = Lazy.string({ produce: () => this.values().get(key) ?? '/' });
        taggable(this.roles.get(key) as iam.IRole)?.tags.setTag(this.key, value);
      }
    };
    Aspects.of(this.scope).add(
      { visit: (node: IConstruct) => void (node === this.scope && set()) },
      { priority: AspectPriority.MUTATING },
    );
  }

  /** The tag as conditions of a policy name it. */
  public condition(): CallersTag {
    const all = { service: 'iam', region: '', resource: 'role', resourceName: '*' };
    return { key: this.key, ownRoles: Stack.of(this.scope).formatArn(all) };
  }

  /** Callers that can be known by a tag. */
  public keys(): readonly string[] {
    return [...this.roles].flatMap(([key, role]) => (taggable(role) === undefined ? [] : [key]));
  }

  /** What does not fit into tags, as messages. */
  public validate(): string[] {
    return [...this.values()].flatMap(([key, value]) => {
      const role = this.roles.get(key) as iam.IRole;
      return [...this.checkValue(role, value), ...this.checkNumber(role)];
    });
  }

  private checkValue(role: iam.IRole, { length }: string): string[] {
    if (length <= VALUE_LIMIT) return [];
    const error = misuse(this.scope, {
      code: 'BH1042',
      what: `the tag by which the API knows \`${role.node.path}\` has ${length} characters, the limit is ${VALUE_LIMIT}`,
      why: 'it lists each group of endpoints that the role may call, and IAM would refuse it at deployment',
      mend: 'set `guardDetail: GuardDetail.CALLERS`, with which there is one group, or split the role by purpose',
    });
    return [error.message];
  }

  private checkNumber(role: iam.IRole): string[] {
    const { length } = taggable(role)?.tags.renderTags() ?? [];
    if (length <= TAGS_LIMIT) return [];
    const error = misuse(this.scope, {
      code: 'BH1043',
      what: `\`${role.node.path}\` has ${length} tags, the limit is ${TAGS_LIMIT}`,
      why: 'each API that knows its callers by tag sets one, and IAM would refuse them at deployment',
      mend: 'use `CallerGrouping.ARN` for some of the APIs, or split the role by purpose',
    });
    return [error.message];
  }
}

/**
 * The resource of a role that the app makes. Not of one that others may tag for the time of a session: such a tag goes
 * before that of the role.
 */
export function taggable(role: iam.IRole): iam.CfnRole | undefined {
  const resource = role.node.defaultChild;
  if (resource === undefined || !iam.CfnRole.isCfnRole(resource)) return undefined;
  const trust = Stack.of(role).resolve(resource.assumeRolePolicyDocument) as { Statement?: unknown } | undefined;
  const statements = [trust?.Statement ?? []].flat() as { Effect?: unknown; Action?: unknown; NotAction?: unknown }[];
  const bringsTags = statements.some(({ Effect, Action, NotAction }) => {
    if (Effect !== 'Allow') return false;
    const actions = [Action ?? []].flat();
    return NotAction !== undefined || actions.some((each) => typeof each !== 'string' || admitsTags(each));
  });
  return bringsTags ? undefined : resource;
}

function admitsTags(action: string): boolean {
  return actionMayMatch(action, 'sts:TagSession');
}
