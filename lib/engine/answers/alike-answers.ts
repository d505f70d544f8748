import type { PolicyText, Statement } from '../../model/policy';
import { compile } from '../decide/compiled';
import type { CompiledStatement } from '../decide/compiled';
import { decide } from '../decide/decide';
import type { Decision } from '../decide/decision';
import { resourceTagIn } from '../decide/facts';
import { append } from '../decide/target';
import { OPEN } from '../conditions/known';
import { canMeet, canonical } from '../match/symbolic';
import { parsePolicy } from '../parse/policy-document';
import type { Target } from '../reach/target';
import type { Principal, ResourcePolicy, World } from '../world/world';

/** Where more than policies tells one from the other: endpoints and their paths, URLs of functions. */
const ONE_BY_ONE = /^AWS::(?:ApiGateway|Lambda|Serverless)/;

/**
 * Decides about resources, and about those together that nothing tells apart: of two hundred buckets with the same
 * statements about them, one is asked about.
 */
export class AlikeAnswers {
  /** How many decisions it took. */
  asked = 0;
  private readonly known = new Map<string, Decision>();
  private readonly classes = new Map<Principal, Map<Target, string>>();
  private readonly allows = new Map<string, readonly CompiledStatement[]>();
  private readonly ids = new Map<object, number>();

  constructor(private readonly world: World) {}

  decision(principal: Principal, action: string, resource: PolicyText, target: Target): Decision {
    const place = canonical(resource).endsWith('/*') ? 'inside' : 'itself';
    const key = `${this.classOf(principal, target)} ${place} ${action}`;
    let found = this.known.get(key);
    if (found === undefined) {
      this.asked += 1;
      this.known.set(key, (found = decide({ principal, action, resource }, this.world)));
    }
    return found;
  }

  /** Whether some Allow could be about it: `false` where none is, for sure. Much cheaper than a decision. */
  mayBeAllowed(principal: Principal, action: string, resource: PolicyText, target: Target): boolean {
    const lower = action.toLowerCase();
    return this.allowsOn(principal, resource, target).some((each) => each.matchesAction(lower) !== 'no');
  }

  private allowsOn(principal: Principal, resource: PolicyText, target: Target): readonly CompiledStatement[] {
    const own = this.world.resourcePolicies.get(target.resource?.key ?? '')?.policies ?? [];
    const all = [...principal.policies, ...own];
    if (all.some(({ document }) => document.unknowns.length > 0)) return ANYTHING;
    const key = `${this.id(principal)} ${canonical(resource)}`;
    let found = this.allows.get(key);
    if (found === undefined) {
      found = all
        .flatMap(compile)
        .filter(({ statement }) => statement.effect === 'Allow' && mayName(statement, resource));
      this.allows.set(key, found);
    }
    return found;
  }

  private classOf(principal: Principal, target: Target): string {
    let ofPrincipal = this.classes.get(principal);
    if (ofPrincipal === undefined) this.classes.set(principal, (ofPrincipal = new Map()));
    let found = ofPrincipal.get(target);
    if (found === undefined) ofPrincipal.set(target, (found = this.find(principal, target)));
    return found;
  }

  /** INVARIANT: two targets of one class have the same decisions, by the same statements. */
  private find(principal: Principal, target: Target): string {
    const who = this.id(principal);
    const alone = `${who} ${target.id}`;
    const { resource } = target;
    const own = this.world.resourcePolicies.get(resource?.key ?? '');
    if (resource === undefined || ONE_BY_ONE.test(resource.type) || saysMore(own)) return alone;
    const { policies, boundary } = principal;
    const about = [
      ...policies,
      ...(boundary === undefined ? [] : [boundary]),
      ...this.world.scps.flat(),
      ...this.world.rcps,
    ];
    const arn = own?.arn ?? target.arn;
    let signature = '';
    for (const each of about.flatMap(compile)) {
      if (dependsOnMore(each)) return alone;
      for (const form of [arn, append(arn, '/*')]) {
        signature += each.matchesResource(form, canonical(form), () => OPEN).charAt(0);
      }
    }
    const { type, template, guards } = resource;
    const places = own?.policies.map(({ place }) => place);
    return JSON.stringify([who, type, template.name, guards, own?.publicAccessBlock, places, signature]);
  }

  private id(principal: Principal): number {
    let found = this.ids.get(principal);
    if (found === undefined) this.ids.set(principal, (found = this.ids.size));
    return found;
  }
}

/** What a policy of the templates says is said of its resource alone; of one that was written anew, alike of each. */
function saysMore(own: ResourcePolicy | undefined): boolean {
  return own?.policies.some(({ resource, acl }) => resource !== undefined || acl !== undefined) === true;
}

/** Whether what a statement says of a resource depends on more than its ARN. */
function dependsOnMore({ statement, hasVariables }: CompiledStatement): boolean {
  return hasVariables || statement.conditions.some(({ key }) => resourceTagIn(key) !== undefined);
}

const ANYTHING = compile({
  layer: 'identity',
  place: 'what could not be read',
  document: parsePolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }),
});

function mayName({ resources }: Statement, resource: PolicyText): boolean {
  return resources === undefined || resources.negated || resources.patterns.some((each) => canMeet(each, resource));
}
