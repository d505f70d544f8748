import { alternatives, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { resourcesNamed } from '../support/lookup';
import { isOfAnybody } from '../support/source-arn';

const FUNCTION = 'AWS::Lambda::Function';
const SECRETS_MANAGER = 'secretsmanager.amazonaws.com';

const ROTATION = {
  Type: 'AWS::SecretsManager::RotationSchedule',
  Properties: {
    SecretId: { Ref: 'Secret' },
    RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] },
    RotationRules: { ScheduleExpression: 'rate(7 days)' },
  },
};
const called = (properties: Readonly<Record<string, unknown>>) => ({
  Resources: {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
    Rotate: {
      Type: 'AWS::Lambda::Function',
      Properties: { Role: 'arn:aws:iam::111122223333:role/rotate', Code: { S3Bucket: 'code', S3Key: 'rotate.zip' } },
    },
    Rotation: ROTATION,
    Example: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { 'Fn::GetAtt': ['Rotate', 'Arn'] },
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
        ...properties,
      },
    },
  },
});

/** Other openings of functions are API5's. What the function itself may do is SEC16's. */
export const sec11: Rule = {
  id: 'SEC11',
  title: 'The rotation of a secret can be called by others, or for secrets of others',
  severity: 'error',
  why: 'Secrets Manager calls a rotation function for whoever names it in a rotation of a secret of his own. Without the account or the secret in the permission of the function, that may be anybody, and the function works on what he chooses.',
  fix: 'Add `SourceAccount`, and better `SourceArn` with the ARN of the secret. `addRotationSchedule` of CDK adds neither.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6'],
  types: ['AWS::Lambda::Permission'],
  check(permission, snapshot) {
    const codes = resourcesNamed(permission.properties['FunctionName'], FUNCTION, permission, snapshot);
    const name = codes[0]?.logicalId ?? show(permission.properties['FunctionName']);
    if (show(permission.properties['Principal']) === SECRETS_MANAGER) return forSecretsManager(permission, name);
    return codes.some((code) => isRotation(code, snapshot)) ? forAccounts(permission, name) : [];
  },
  examples: { bad: called({}), good: called({ SourceAccount: { Ref: 'AWS::AccountId' } }) },
};

function forSecretsManager({ properties, template }: Resource, name: string): readonly Violation[] {
  const { SourceAccount: account, SourceArn: arn, Action: action } = properties;
  const about = [action];
  const found: Violation[] = [];
  if (!isNamed(account) && !isNamed(arn)) {
    const message = `found that Secrets Manager may call \`${name}\` for any secret; expected \`SourceAccount\` or \`SourceArn\` with an account`;
    found.push({ message, about });
  } else if (isForeign(account, template.account)) {
    const message = `found that Secrets Manager may call \`${name}\` for secrets of the account ${show(account)}; expected those of its own account`;
    found.push({ message, detail: `Account::${show(account)}`, about });
  }
  if (/[*]/.test(show(action))) {
    const message = `found that Secrets Manager may do \`${show(action)}\` with \`${name}\`; expected \`lambda:InvokeFunction\``;
    found.push({ message, detail: `Action::${show(action)}` });
  }
  return found;
}

/** Permissions of a rotation function for other accounts: it is called by Secrets Manager. API5 tells of those for everybody. */
function forAccounts({ properties, template }: Resource, name: string): readonly Violation[] {
  return alternatives(properties['Principal']).flatMap((principal): readonly Violation[] => {
    const shown = show(principal);
    const account = /^\d{12}$/.test(shown) ? shown : /^arn:[^:]*:(?:iam|sts)::(\d{12}):/.exec(shown)?.[1];
    if (account === undefined || account === template.account) return [];
    return [
      {
        message: `found the permission to call \`${name}\` for \`${shown}\`; expected Secrets Manager alone to call a rotation function`,
        detail: `Principal::${shown}`,
        parts: [properties],
        ...(template.account === undefined
          ? { certainty: 'possible' as const, unknowns: ['the account of the template'] }
          : {}),
      },
    ];
  });
}

/** In every branch, and not as things of anybody. */
function isNamed(value: Value | undefined): boolean {
  return alternatives(value).every((one) => !isAbsent(one) && !isOfAnybody(one));
}

function isForeign(account: Value | undefined, own: string | undefined): boolean {
  return own !== undefined && typeof account === 'string' && account !== own;
}

const known = new WeakMap<Snapshot, ReadonlySet<string>>();

function isRotation({ key }: Resource, snapshot: Snapshot): boolean {
  let found = known.get(snapshot);
  if (found === undefined) {
    const schedules = snapshot.ofType('AWS::SecretsManager::RotationSchedule');
    found = new Set(
      schedules.flatMap((each) =>
        resourcesNamed(each.properties['RotationLambdaARN'], FUNCTION, each, snapshot).map((code) => code.key),
      ),
    );
    known.set(snapshot, found);
  }
  return found.has(key);
}
