import type { SecretHit } from '../../model/snapshot';
import type { ExampleTemplate, Rule, Violation } from '../rule';

const database = (TOKEN: string): ExampleTemplate => ({
  Resources: {
    Example: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Role: 'arn:aws:iam::111122223333:role/orders',
        Code: { S3Bucket: 'code', S3Key: 'orders.zip' },
        Environment: { Variables: { TOKEN } },
      },
    },
  },
});

/**
 * In outputs, environment variables, code, user data, build settings, state machines, stage variables and plain parameters.
 * Properties that take a secret, such as the password of a database, are where such a reference belongs.
 */
export const sec12: Rule = {
  id: 'SEC12',
  title: 'A secret is taken from its store and shown in plain text',
  severity: 'error',
  why: 'The store says who may read the secret, and records who did. Here CloudFormation reads it at deployment and writes it where whoever may describe the stack, the function or the task sees it, and where it stays after the secret was rotated. `NoEcho` hides nothing in outputs, and nothing of what a resource is given.',
  fix: 'Hand over the ARN of the secret, and read it when it is needed; in containers and builds, name it under `Secrets` or with type SECRETS_MANAGER. In CDK, leave `unsafeUnwrap` out.',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html',
  controls: ['NIST 800-53 r5 IA-5(7)', 'NIST 800-53 r5 SC-28', 'NIST 800-53 r5 AC-6'],
  types: ['*'],
  check(resource, snapshot) {
    return snapshot.secretsShownIn(resource).map(violation);
  },
  checkTemplate(template, snapshot) {
    return snapshot.secretsShownIn(template).map(violation);
  },
  examples: {
    bad: database('{{resolve:secretsmanager:orders/upstream:SecretString:token}}'),
    good: database('arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders/upstream-a1b2c3'),
  },
};

function violation({ place, looksLike }: SecretHit): Violation {
  return {
    message: `found ${looksLike} in \`${place}\`, where it is shown; expected the name of a secret that is read at run time`,
    detail: `Place::${place}`,
  };
}
