import { Token } from 'aws-cdk-lib';
import { actionsMatching } from '../../engine/actions/action-info';
import { BUILT_IN_DUTIES } from '../../engine/duties/built-in';
import { isKind } from '../../engine/duties/kinds';
import type { DutyDefinition } from '../../model/separation';
import { misuse } from '../../private/errors';

/** What makes up a duty of your own. */
export interface CustomDutyProps {
  /**
   * A few words for reports.
   *
   * @default - the id
   */
  readonly title?: string;
  /** What whoever has the duty does, in a sentence. Not empty. */
  readonly description: string;
  /** Actions, or patterns of actions of one service: `dynamodb:Export*`. One of them is enough. */
  readonly actions: string[];
  /**
   * On what: CloudFormation types of resources of the templates (`AWS::DynamoDB::Table`), or patterns of ARNs.
   *
   * @default - on any resource
   */
  readonly resources?: string[];
}

/**
 * A function that can be kept apart from others: a set of actions on kinds of resources. A principal has a duty when
 * the analysis finds that it may do one of the actions on one such resource, whichever policy says so: its own, a
 * managed one, a wildcard, the policy of the resource, or that of a role that it can become.
 *
 * Which actions make up each of the built-in duties stands in `docs/separation-of-duties.md`.
 */
export class Duty {
  /** Decides who may do what. */
  public static readonly ACCESS_PROVISIONING = Duty.builtIn('access-provisioning');
  /** Changes what runs. */
  public static readonly DEPLOYMENT = Duty.builtIn('deployment');
  /** Watches the system run. */
  public static readonly MONITORING = Duty.builtIn('monitoring');
  /** Reads the audit record. */
  public static readonly AUDIT_READING = Duty.builtIn('audit-reading');
  /** Stops, thins, deletes, unlocks or blinds the audit record. */
  public static readonly AUDIT_TAMPERING = Duty.builtIn('audit-tampering');
  /** Calls GET or HEAD of an endpoint with IAM authorization. */
  public static readonly API_READING = Duty.builtIn('api-reading');
  /** Calls another verb of an endpoint with IAM authorization. */
  public static readonly API_WRITING = Duty.builtIn('api-writing');
  /** Calls GET or HEAD of an endpoint of high value. */
  public static readonly HIGH_VALUE_API_READING = Duty.builtIn('high-value-api-reading');
  /** Calls another verb of an endpoint of high value. */
  public static readonly HIGH_VALUE_API_WRITING = Duty.builtIn('high-value-api-writing');
  /** Reads the value of a secret, unless to rotate it. */
  public static readonly CREDENTIAL_USE = Duty.builtIn('credential-use');
  /** Decides what the value of a secret is and when it changes. */
  public static readonly CREDENTIAL_ROTATION = Duty.builtIn('credential-rotation');
  /** Decides who may use a key, and whether it is there at all. */
  public static readonly KEY_ADMINISTRATION = Duty.builtIn('key-administration');
  /** Encrypts, decrypts, signs or makes data keys. */
  public static readonly KEY_USE = Duty.builtIn('key-use');
  /** Says yes to what somebody else wants to do. */
  public static readonly APPROVAL = Duty.builtIn('approval');
  /** Deletes whole stores of data, their backups or their keys. */
  public static readonly DATA_DESTRUCTION = Duty.builtIn('data-destruction');

  /**
   * A duty of your own.
   *
   * @param id of lower-case letters, digits and hyphens, unlike those of the built-in duties
   * @throws BH5030 where the id is taken or malformed, BH5031 where the description or an action is missing or no
   * action of AWS, or a resource is neither a CloudFormation type nor a pattern of ARNs
   */
  public static custom(id: string, props: CustomDutyProps): Duty {
    checkId(id);
    checkProps(id, props);
    const { title = id, description, actions, resources } = props;
    const on = resources === undefined ? {} : { on: [...resources].sort() };
    return new Duty({ id, title, description, permissions: [{ actions: [...actions].sort(), ...on }] }, false);
  }

  private static builtIn(id: string): Duty {
    return new Duty(BUILT_IN_DUTIES.find((each) => each.id === id) as DutyDefinition, true);
  }

  /** Its id, as it stands in findings: `audit-reading`. */
  public readonly id: string;
  /** A few words for reports. */
  public readonly title: string;
  /** What whoever has the duty does. */
  public readonly description: string;

  /** @internal */
  public readonly _definition: DutyDefinition;
  /** @internal */
  public readonly _isBuiltIn: boolean;

  private constructor(definition: DutyDefinition, isBuiltIn: boolean) {
    this.id = definition.id;
    this.title = definition.title;
    this.description = definition.description;
    this._definition = definition;
    this._isBuiltIn = isBuiltIn;
  }
}

function checkId(id: string): void {
  const taken = BUILT_IN_DUTIES.some((each) => each.id === id);
  if (!taken && /^[a-z][a-z0-9-]{0,62}$/.test(id)) return;
  throw misuse('Duty.custom', {
    code: 'BH5030',
    what: taken ? `there is a built-in duty \`${id}\`` : `\`${id}\` is no id of a duty`,
    mend: taken ? 'choose another id' : 'use up to 63 lower-case letters, digits and hyphens',
  });
}

function checkProps(id: string, { description, actions, resources }: CustomDutyProps): void {
  const wrongAction = actions.find((each) => Token.isUnresolved(each) || actionsMatching(each).length === 0);
  const wrongResource = (resources ?? []).find(
    (each) => Token.isUnresolved(each) || !/^(?:AWS::|arn:)/.test(each) || !isKind(each),
  );
  const what =
    description.trim() === ''
      ? 'has no description'
      : actions.length === 0
        ? 'has no actions'
        : wrongAction !== undefined
          ? `names \`${wrongAction}\`, which is no action of AWS that is known here`
          : wrongResource !== undefined || resources?.length === 0
            ? `names \`${wrongResource ?? 'no resource'}\`, which is neither a CloudFormation type nor a pattern of ARNs`
            : undefined;
  if (what === undefined) return;
  throw misuse('Duty.custom', {
    code: 'BH5031',
    what: `duty \`${id}\` ${what}`,
    why: 'nobody would ever be found to have it',
    mend: 'write the actions like `dynamodb:ExportTableToPointInTime`, resources like `AWS::DynamoDB::Table` or `arn:aws:s3:::exports/*`',
  });
}
