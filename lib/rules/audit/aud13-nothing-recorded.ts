import { intentOfTemplate } from '../../engine/duties/declared';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule } from '../rule';
import { TRAIL } from '../support/audit-parts';
import { LOGGING } from '../support/audit-example';
import { declaredSecret } from '../support/credential-example';

/**
 * Of apps that declare APIs or credentials, once: at the first of them. A trail of the organization is in no template of
 * the app, so that this is never more than possible; `AuditVault.fromExisting` says that there is one.
 */
export const aud13: Rule = {
  id: 'AUD13',
  title: 'No trail among the templates records who did what',
  severity: 'warning',
  why: 'Who changed a policy, read a secret or assumed a role is known from CloudTrail alone. The event history that is always there forgets after 90 days, has no proof, and is of one region.',
  fix: 'Add an `AuditVault`, or name the record that is there, such as that of the organization, with `AuditVault.fromExisting`. Give its template to `bulkhead check` as well.',
  page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-getting-started.html',
  controls: ['NIST 800-53 r5 AU-2', 'NIST 800-53 r5 AU-12'],
  types: ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api', 'AWS::SecretsManager::Secret'],
  check(resource, snapshot) {
    if (firstDeclared(snapshot) !== resource) return [];
    return [
      {
        message: 'found no trail in any template; expected one that records who uses what is declared here',
        certainty: 'possible',
        unknowns: ['trails outside of the templates, such as that of an organization'],
      },
    ];
  },
  examples: {
    bad: declaredSecret({}),
    good: { Resources: { ...declaredSecret({}).Resources, Trail: { Type: TRAIL, Properties: LOGGING } } },
  },
};

const known = new WeakMap<Snapshot, Resource | 'recorded'>();

function firstDeclared(snapshot: Snapshot): Resource | 'recorded' {
  let found = known.get(snapshot);
  if (found === undefined) {
    const isRecorded =
      snapshot.ofType(TRAIL).length > 0 ||
      snapshot.templates.some((each) => intentOfTemplate(each)?.recordedBy !== undefined);
    const first = isRecorded
      ? undefined
      : snapshot.resources.find(
          ({ intent, type }) => (intent?.kind === 'api' || intent?.kind === 'credential') && aud13.types.includes(type),
        );
    known.set(snapshot, (found = first ?? 'recorded'));
  }
  return found;
}
