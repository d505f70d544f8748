import { Aspects, Stack, Stage } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { DutyDefinition, SeparationConstraint } from '../../model/separation';
import { misuse } from '../../private/errors';
import { Duty } from './duty';
import { Environment } from './environment';
import { SeparationScope } from './separation-scope';
import { declareForTemplate } from './template-declaration';

/** How a constraint is declared. */
export interface ConstraintOptions {
  /**
   * The id, as it stands in findings behind `Bulkhead-SOD-`: lower-case letters, digits and hyphens.
   *
   * @default - made from the kind of the constraint, its duties and its scope
   */
  readonly id?: string;
  /**
   * Where it holds: it judges the principals of these stacks, and what others have there.
   *
   * @default SeparationScope.app()
   */
  readonly scope?: SeparationScope;
  /**
   * Whether the duties exclude each other only over one and the same resource: who uses one key may administer another.
   *
   * @default false
   */
  readonly perResource?: boolean;
  /**
   * Why, in a few words: it stands in the finding.
   *
   * @default - nothing besides what the duties are
   */
  readonly why?: string;
}

interface Declared {
  readonly constraint: SeparationConstraint;
  readonly scope: SeparationScope;
}

/**
 * Which duties must not come together in one principal: static separation of duty, as the NIST RBAC standard has it.
 * Judged on what a principal may do itself and on its whole reach, that is with all the roles that it can become.
 *
 * The constraints are written into the templates, so that `bulkhead check` on a cloud assembly judges by the same ones.
 * `Bulkhead.protect(app, { separation })` turns them on. Violations are fatal: no acknowledgement opens them.
 *
 * @see https://csrc.nist.gov/projects/role-based-access-control
 */
export class SeparationOfDuties {
  /**
   * What any serious team starts with:
   *
   * - provisioning access, deploying, watching and auditing are four principals' work;
   * - who approves neither deploys nor provisions access;
   * - who writes endpoints of high value reads none;
   * - who administers a key does not use it;
   * - who rotates a secret does not use it;
   * - who deploys to production reads no secrets of production;
   * - nobody tampers with the audit record.
   */
  public static recommended(): SeparationOfDuties {
    const production = SeparationScope.environment(Environment.PRODUCTION);
    return new SeparationOfDuties()
      .mutuallyExclusive([Duty.ACCESS_PROVISIONING, Duty.DEPLOYMENT, Duty.MONITORING, Duty.AUDIT_READING], {
        id: 'provision-deploy-watch-audit',
        why: 'whoever acts must not also hand out the power to act, or be the one who looks',
      })
      .mutuallyExclusive([Duty.APPROVAL, Duty.DEPLOYMENT], {
        id: 'approve-deploy',
        why: 'an approval of one’s own work is none',
      })
      .mutuallyExclusive([Duty.APPROVAL, Duty.ACCESS_PROVISIONING], {
        id: 'approve-provision',
        why: 'who hands out access could make the approver',
      })
      .mutuallyExclusive([Duty.HIGH_VALUE_API_READING, Duty.HIGH_VALUE_API_WRITING], {
        id: 'high-value-read-write',
        why: 'who sees what there is to take must not be able to take it',
      })
      .mutuallyExclusive([Duty.KEY_ADMINISTRATION, Duty.KEY_USE], {
        id: 'key-administration-use',
        perResource: true,
        why: 'who decides who may decrypt must not decrypt',
      })
      .mutuallyExclusive([Duty.CREDENTIAL_ROTATION, Duty.CREDENTIAL_USE], {
        id: 'credential-rotation-use',
        perResource: true,
        why: 'who uses a credential could set one that only he knows',
      })
      .mutuallyExclusive([Duty.DEPLOYMENT, Duty.CREDENTIAL_USE], {
        id: 'deploy-production-secrets',
        scope: production,
        why: 'code that is deployed must not carry secrets away, and CI is where they leak',
      })
      .nobody(Duty.AUDIT_TAMPERING, {
        id: 'nobody-audit-tampering',
        why: 'a record that can be changed proves nothing',
      });
  }

  private readonly declared: Declared[] = [];
  private readonly custom = new Map<string, DutyDefinition>();

  /** One principal has at most one of these duties. @throws BH5034 to BH5036 */
  public mutuallyExclusive(duties: Duty[], options: ConstraintOptions = {}): SeparationOfDuties {
    return this.add('exclusive', 'at-most', 1, duties, [], options);
  }

  /**
   * One principal has at most so many of these duties.
   *
   * @param most at least 1, and fewer than there are duties
   * @throws BH5034 where the number does not fit, BH5035 where the id is malformed, BH5036 where it is taken
   */
  public atMost(most: number, duties: Duty[], options: ConstraintOptions = {}): SeparationOfDuties {
    return this.add(`at-most-${most}`, 'at-most', most, duties, [], options);
  }

  /** Nobody has this duty: it is left to CloudFormation, or to a role outside of the app. @throws BH5035, BH5036 */
  public nobody(duty: Duty, options: ConstraintOptions = {}): SeparationOfDuties {
    return this.add('nobody', 'at-most', 0, [duty], [], options);
  }

  /**
   * Only these roles have the duty. Who can become one of them has it too, and must be one of them.
   *
   * @throws BH5034 where no role is named, BH5035 where the id is malformed, BH5036 where it is taken
   */
  public only(roles: iam.IRole[], duty: Duty, options: ConstraintOptions = {}): SeparationOfDuties {
    if (roles.length === 0) throw refused('`only` names no role', 'use `nobody` where nobody may have the duty');
    return this.add('only', 'only', 0, [duty], roles, options);
  }

  /** The ids of the constraints, in the order of their declaration. */
  public get constraintIds(): string[] {
    return this.declared.map(({ constraint }) => constraint.id);
  }

  /**
   * Writes the constraints into the templates of all stacks of an app, stages included, that are there when it is
   * synthesized. A stage that is added later than this call is told by `SeparationOfDutiesChecks`.
   *
   * @internal
   */
  public _declareIn(app: App): void {
    // Aspects do not cross the border of a stage.
    const stages = app.node.findAll().filter((each) => Stage.isStage(each));
    for (const stage of stages) Aspects.of(stage).add({ visit: (node: IConstruct) => this.declareAt(node) });
  }

  /** What the template of a stack has to carry. @internal */
  public _constraintsFor(stack: Stack): SeparationConstraint[] {
    return this.declared
      .filter(({ scope }) => scope._holds(stack))
      .map(({ constraint }) => constraint)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private declareAt(node: IConstruct): void {
    if (!Stack.isStack(node)) return;
    const constraints = this._constraintsFor(node);
    const used = new Set(constraints.flatMap(({ duties }) => duties));
    const duties = [...this.custom.values()].filter(({ id }) => used.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
    declareForTemplate(node, { constraints, duties });
  }

  private add(
    name: string,
    kind: SeparationConstraint['kind'],
    most: number,
    duties: readonly Duty[],
    roles: readonly iam.IRole[],
    { id, scope = SeparationScope.app(), perResource = false, why }: ConstraintOptions,
  ): SeparationOfDuties {
    const ids = [...new Set(duties.map((each) => each.id))].sort();
    if (!Number.isInteger(most) || most < 0 || ids.length <= most || (most > 0 && ids.length < 2)) {
      throw refused(
        `at most ${most} of ${ids.length} different duties is no constraint`,
        'name more duties than one principal may have, and let it have at least one; use `nobody` for none',
      );
    }
    const chosen = id ?? idOf([name, ...ids, scope._suffix]);
    this.checkId(chosen);
    for (const duty of duties) this.learn(duty);
    this.declared.push({
      scope,
      constraint: {
        id: chosen,
        kind,
        duties: ids,
        most,
        perResource,
        roles: roles.map(({ node }) => node.path).sort(),
        scope: scope.description,
        why: why ?? duties.map((each) => sentence(each.description)).join(' '),
      },
    });
    return this;
  }

  private checkId(id: string): void {
    if (!/^[a-z][a-z0-9-]{0,100}$/.test(id)) {
      throw misuse('SeparationOfDuties', {
        code: 'BH5035',
        what: `\`${id}\` is no id of a constraint`,
        mend: 'use up to 101 lower-case letters, digits and hyphens',
      });
    }
    if (!this.constraintIds.includes(id)) return;
    throw misuse('SeparationOfDuties', {
      code: 'BH5036',
      what: `there are two constraints \`${id}\``,
      why: 'an exception or a review could not tell which is meant',
      mend: 'give one of them another `id`, or leave one out',
    });
  }

  private learn(duty: Duty): void {
    if (duty._isBuiltIn) return;
    const known = this.custom.get(duty.id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(duty._definition)) {
      throw refused(
        `there are two different duties \`${duty.id}\``,
        'make the duty once and use it in each constraint',
      );
    }
    this.custom.set(duty.id, duty._definition);
  }
}

function refused(what: string, mend: string): Error {
  return misuse('SeparationOfDuties', { code: 'BH5034', what, why: 'it could never be violated as it is meant', mend });
}

/** With its full stop, so that several can follow each other. */
function sentence(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

function idOf(parts: readonly string[]): string {
  return parts
    .map((each) =>
      each
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    )
    .filter((each) => each !== '')
    .join('-')
    .slice(0, 101);
}
