import { resourcePolicy } from '../../engine/parse/policies-of';
import { alternatives, elements, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { BUCKET, KEY } from '../support/audit-parts';
import { deniesToAll } from '../support/guards';
import { resourcesNamed } from '../support/lookup';
import { numberOf } from '../support/property';

const LOG_GROUP = 'AWS::Logs::LogGroup';
const LOSS = ['kms:DisableKey', 'kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial'];

const vault = (days: number) => ({
  Resources: {
    Key: {
      Type: KEY,
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Principal: '*', Action: LOSS, Resource: '*' }],
        },
      },
    },
    Bucket: {
      Type: BUCKET,
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: {
                KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
                SSEAlgorithm: 'aws:kms',
              },
            },
          ],
        },
      },
      Metadata: { 'cdk-bulkhead': { kind: 'audit-bucket', path: 'Record/Vault', retentionDays: 400 } },
    },
    Log: { Type: LOG_GROUP, Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] }, RetentionInDays: days } },
  },
});

/** Keys of declared vaults, and log groups under such a key: those of the trail, of the API and of its functions. */
export const aud6: Rule = {
  id: 'AUD6',
  title: 'The record of an audit vault can be lost with its key or its log group',
  severity: 'error',
  why: 'Objects that are locked for years are worth nothing without their key, and half of the record lies in log groups, which forget what their retention says. Both are left to whoever may deploy, unless they are held to what was declared.',
  fix: 'Leave the key policy of `AuditVault` and the retention of `vault.createLogGroup` as they are.',
  page: 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-11', 'NIST 800-53 r5 SC-12'],
  types: [KEY, LOG_GROUP],
  check(resource, snapshot) {
    const days = vaultKeys(snapshot);
    if (resource.type === KEY) return days.has(resource.key) ? destroyable(resource) : [];
    const { KmsKeyId: id, RetentionInDays: found } = resource.properties;
    const kept = found === undefined ? undefined : numberOf(found);
    if (id === undefined || kept === undefined) return [];
    const wanted = resourcesNamed(id, KEY, resource, snapshot).flatMap(({ key }) => days.get(key) ?? []);
    const least = Math.max(0, ...wanted);
    if (kept >= least) return [];
    return [{ message: `found \`RetentionInDays\` ${kept}; expected at least ${least}, as the vault declares` }];
  },
  examples: { bad: vault(1), good: vault(400) },
};

const known = new WeakMap<Snapshot, ReadonlyMap<string, number>>();

/** How long what is under a key is kept, by the key of a declared vault. */
function vaultKeys(snapshot: Snapshot): ReadonlyMap<string, number> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const found = new Map<string, number>();
  for (const bucket of snapshot.ofType(BUCKET)) {
    const { intent, properties } = bucket;
    if (intent?.kind !== 'audit-bucket') continue;
    for (const rule of elements(member(properties['BucketEncryption'], 'ServerSideEncryptionConfiguration'))) {
      for (const id of alternatives(member(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'))) {
        for (const { key } of resourcesNamed(id, KEY, bucket, snapshot)) found.set(key, intent.retentionDays);
      }
    }
  }
  known.set(snapshot, found);
  return found;
}

function destroyable(key: Resource): readonly Violation[] {
  const document = resourcePolicy(key);
  const open = LOSS.filter(
    (action) =>
      document === undefined ||
      !deniesToAll(document, [action]).some(({ conditions, guards }) => conditions.length === 0 && guards.length === 0),
  );
  if (open.length === 0) return [];
  return [
    {
      message: `found no Deny of ${open.map((each) => `\`${each}\``).join(', ')} for everybody in the key policy; expected one without conditions`,
      detail: 'Deny',
    },
  ];
}
