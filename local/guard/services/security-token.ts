import type { Context } from '../../../lib/engine/decide/decision';
import { ABSENT } from '../../../lib/model/value';
import type { Facts } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';

/** What a signed request to STS needs. Both sides are asked: the caller's policies and the trust policy of the role. */
export async function securityToken(form: URLSearchParams, facts: Facts): Promise<readonly Needed[]> {
  const operation = form.get('Action');
  // Whoever has credentials may ask whose they are.
  if (operation === 'GetCallerIdentity') return [];
  if (operation !== 'AssumeRole') throw undecided(`sts:${operation}`);
  const given = (name: string) => form.get(name) ?? undefined;
  const roleArn = given('RoleArn');
  if (roleArn === undefined) throw new Refusal(400, 'ValidationError', 'no RoleArn');
  if (
    [...form.keys()].some((key) =>
      /^(Tags|TransitiveTagKeys|ProvidedContexts|PolicyArns|SerialNumber|SourceIdentity)\b/.test(key),
    )
  ) {
    throw undecided('a session with tags, managed policies, contexts, an MFA code or a source identity');
  }
  return assuming('sts:AssumeRole', roleArn, facts, {
    'sts:ExternalId': given('ExternalId') ?? ABSENT,
    'sts:RoleSessionName': given('RoleSessionName') ?? ABSENT,
    'sts:SourceIdentity': ABSENT,
    'sts:TransitiveTagKeys': ABSENT,
    'aws:TagKeys': ABSENT,
  });
}

/** To become a role by one of the operations of STS. */
export async function assuming(
  action: string,
  roleArn: string,
  facts: Facts,
  context: Context,
): Promise<readonly Needed[]> {
  const role = await facts.role(roleArn);
  if (role === null)
    throw new Refusal(403, 'AccessDenied', `not authorized to perform: ${action} on resource: ${roleArn}`);
  const needed: Needed = { action, resource: roleArn, context, on: [], role };
  const identity = context['sts:SourceIdentity'];
  return typeof identity === 'string' ? [needed, { ...needed, action: 'sts:SetSourceIdentity' }] : [needed];
}
