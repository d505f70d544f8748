import type { PolicyText } from '../../model/policy';
import { ABSENT, unknown } from '../../model/value';
import type { Context } from '../decide/decision';
import { isExact } from '../match/symbolic';
import { arnInAccount, awsManaged } from '../world/managed-policy-arn';
import type { Principal, World } from '../world/world';
import type { Grant } from './ability';
import { anythingOf, inPartitionOf, somethingOf } from './any-arn';
import { POLICY_KEY, namesPolicies } from './attachable';
import type { AttachablePolicy } from './attachable';
import { best } from './best-grant';
import { BesideTarget } from './besides';
import { BOUNDARY_KEY } from './boundaries';
import { arnOfManaged, mayDeny, ofPrincipal } from './call-context';
import { keptOut } from './entering';
import type { Ground } from './ground';
import type { Questions } from './questions';
import type { Scope } from './scope';
import type { Target } from './target';
import type { Ask, Technique } from './technique';

/** The calls that techniques make, each with the condition keys that it settles. */
export class Calls {
  private readonly beside: BesideTarget;
  private apart?: boolean;

  constructor(
    private readonly principal: Principal,
    private readonly scope: Scope,
    private readonly questions: Questions,
    private readonly ground: Ground,
    private readonly world: World,
  ) {
    this.beside = new BesideTarget(principal, scope, questions);
  }

  private get tellsPoliciesApart(): boolean {
    this.apart ??= namesPolicies(this.principal, this.world);
    return this.apart;
  }

  /** By any of the actions that do; `other` where it is not about the target. */
  grant(ask: Ask, technique: Technique, target?: Target, other?: PolicyText): Grant | undefined {
    return best(ask.actions.map((action) => () => this.permission(action, ask, technique, target, other)));
  }

  private permission(
    action: string,
    ask: Ask,
    technique: Technique,
    target: Target | undefined,
    other = anythingOf(action),
  ): Grant | undefined {
    const grant = this.granted(action, ask, technique, target, other);
    if (grant === undefined || grant.doubt !== undefined || !ENTERED.test(action)) return grant;
    const doubt = keptOut(this.principal, this.entered(grant, target), this.world);
    return doubt === undefined ? grant : { ...grant, doubt };
  }

  /** The role that is to be assumed: the target, or the new one. */
  private entered({ decision }: Grant, target: Target | undefined): Pick<Principal, 'arn' | 'account'> {
    const [role] = target?.principals ?? [];
    if (role !== undefined && target?.boundary === undefined) return role;
    const arn = decision.witness?.resource;
    const { account } = this.principal;
    return { arn: arn !== undefined && isExact(arn) ? arn : arnInAccount(this.principal, 'role/a-new-role'), account };
  }

  /** Attaches one policy to a target. */
  attachOne(action: string, target: Target, { name, arn }: AttachablePolicy): Grant | undefined {
    const context: Context = { ...ofPrincipal(action, target), [POLICY_KEY]: arn };
    const grant = this.questions.ask(action, target.arn, context);
    return grant === undefined ? undefined : { ...grant, attaches: name };
  }

  private granted(
    action: string,
    ask: Ask,
    technique: Technique,
    target: Target | undefined,
    other: PolicyText,
  ): Grant | undefined {
    if (!this.scope.has(action)) return undefined;
    if (ask.on === 'some-role') return this.passToAny(action, technique);
    if (ask.on === 'some-service') return this.onAnyService(action);
    if (typeof ask.on === 'object') return this.beside.besides(ask, ask.on);
    if (ask.on === 'cluster') return this.beside.onCluster(action, target);
    const resource = ask.on === 'target' && target !== undefined ? target.arn : other;
    if (ask.about === 'pass') return this.pass(action, resource, technique, target);
    const context = ask.on === 'target' && target !== undefined ? ofPrincipal(action, target) : {};
    switch (ask.about) {
      case 'attach-administrator':
        return this.attach(action, resource, ask.on === 'anything' ? { [BOUNDARY]: ABSENT } : context);
      case 'attach-one': {
        // Where no condition asks which policy it is, who attaches one attaches any.
        if (!this.tellsPoliciesApart) return undefined;
        // Who makes an administrator of it has no need of less.
        const wide = this.attach(action, resource, context);
        const isWide = wide?.decision.must === true && wide.doubt === undefined;
        return isWide ? undefined : this.questions.ask(action, resource, context);
      }
      case 'replace-boundary':
        return this.questions.ask(action, resource, { [BOUNDARY]: awsManaged(this.principal, 'AdministratorAccess') });
      case 'within-boundary': {
        const within: Context = target?.boundary === undefined ? {} : { [BOUNDARY]: target.boundary.arn };
        return /Attach/.test(action)
          ? this.attach(action, resource, within)
          : this.questions.ask(action, resource, within);
      }
      case 'made': {
        // Who may do without a boundary needs none.
        const free = this.questions.ask(action, resource, { [BOUNDARY]: ABSENT });
        if (target?.boundary === undefined) return free;
        return free?.decision.must === true
          ? undefined
          : this.questions.ask(action, resource, { [BOUNDARY]: target.boundary.arn });
      }
      case 'made-with':
        return this.questions.ask(action, resource, {
          [BOUNDARY]: target?.boundary?.arn ?? ABSENT,
          ...(target?.attaches === undefined ? {} : { [POLICY_KEY]: target.attaches.arn }),
        });
      case 'let-in':
        // What lets others in lets in nobody who acts here.
        return best(
          [this.principal.arn, this.principal.account].map(
            (each) => () => this.questions.ask(action, resource, { 'lambda:principal': each }),
          ),
        );
      case 'layer': {
        const free = this.questions.ask(action, resource, { 'lambda:layer': this.layerElsewhere() });
        if (free?.decision.must === true) return free;
        const found = this.questions.ask(action, resource, context);
        return found === undefined ? undefined : { ...found, doubt: LAYER };
      }
      case 'grant':
        // Said of calls by services only, which make grants for what they do themselves.
        return this.questions.ask(action, resource, { 'kms:grantisforawsresource': 'false' });
      case 'no-boundary':
        return this.questions.ask(action, resource, { [BOUNDARY]: ABSENT });
      default:
        return DETACH.test(action) && target !== undefined
          ? this.detach(action, resource, target, context)
          : this.questions.ask(action, resource, context);
    }
  }

  /** One of somebody's own account. */
  private layerElsewhere(): PolicyText {
    const [layer] = somethingOf(inPartitionOf(this.principal, 'arn:*:lambda:*:*:layer:?*'));
    return layer;
  }

  /** Detaches the managed policies that deny; where not all of them can be detached for sure, it is possible. */
  private detach(action: string, resource: PolicyText, target: Target, context: Context): Grant | undefined {
    const from = target.resource?.type === 'AWS::IAM::Group' ? target.id : undefined;
    const denying = target.principals.flatMap(({ policies }) =>
      policies.filter((each) => each.group === from && mayDeny(each)).map(arnOfManaged),
    );
    if (denying.length === 0) return this.questions.ask(action, resource, context);
    const grants = denying.map((policy) => this.questions.ask(action, resource, { ...context, [POLICY_KEY]: policy }));
    const found = grants.find((grant) => grant !== undefined);
    if (found === undefined || !grants.includes(undefined)) {
      return grants.find((grant) => grant?.decision.must === false) ?? found;
    }
    return { ...found, doubt: unknown('attribute', 'whether the policies that can be detached are those that deny') };
  }

  private pass(
    action: string,
    resource: PolicyText,
    technique: Technique,
    target: Target | undefined,
  ): Grant | undefined {
    const role = target?.principals[0];
    const services = role === undefined ? (technique.services ?? []) : this.ground.servicesOf(technique, role);
    return best(
      services.map((service) => () => {
        const grant = this.questions.ask(action, resource, { 'iam:passedtoservice': service });
        return grant === undefined ? undefined : { ...grant, service };
      }),
    );
  }

  private passToAny(action: string, technique: Technique): Grant | undefined {
    const roles = [...this.scope.candidates('role', { actions: [action], on: 'target' })];
    return best(roles.map((role) => () => this.pass(action, role.arn, technique, role)));
  }

  private onAnyService(action: string): Grant | undefined {
    const services = [...this.scope.candidates('ecs-service', { actions: [action], on: 'target' })];
    const found = best(
      services.map(
        ({ arn }) =>
          () =>
            this.questions.ask(action, arn, {}),
      ),
    );
    if (found !== undefined) return found;
    const other = this.questions.ask(action, anythingOf(action), {});
    return other === undefined ? undefined : { ...other, doubt: OTHER_SERVICE };
  }

  /** Attaches an administrator's policy, or else one of its own making under a name that may be attached. */
  private attach(action: string, resource: PolicyText, context: Context): Grant | undefined {
    if (!/Attach/.test(action)) return this.questions.ask(action, resource, context);
    const direct = best(
      ['AdministratorAccess', 'IAMFullAccess'].map(
        (name) => () =>
          this.questions.ask(action, resource, { ...context, [POLICY_KEY]: awsManaged(this.principal, name) }),
      ),
    );
    if (direct !== undefined) return direct;
    const open = this.questions.ask(action, resource, context);
    if (open === undefined || !open.decision.must) return open;
    const policy = Object.entries(open.decision.witness?.context ?? {}).find(
      ([key]) => key.toLowerCase() === POLICY_KEY,
    )?.[1];
    if (policy === undefined || typeof policy !== 'string' || /:iam::aws:policy\//.test(policy)) return undefined;
    return this.questions.ask('iam:CreatePolicy', policy, {})?.decision.must === true ? open : undefined;
  }
}

const LAYER = unknown('attribute', 'whether the function can be given code by a layer that may be named');
const OTHER_SERVICE = unknown(
  'attribute',
  'whether there is an ECS service outside of these templates that it may update',
);
const BOUNDARY = BOUNDARY_KEY;
/** What makes a role that trusts whom the caller says. */
const ENTERED = /^iam:(?:UpdateAssumeRolePolicy|CreateRole)$/;
const DETACH = /^iam:Detach(?:Role|User|Group)Policy$/;
