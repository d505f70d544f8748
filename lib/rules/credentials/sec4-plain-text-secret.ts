import type { SecretHit } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { example } from '../support/examples';

const database = (MasterUserPassword: string) =>
  example('AWS::RDS::DBInstance', { Engine: 'postgres', MasterUsername: 'orders', MasterUserPassword });

export const sec4: Rule = {
  id: 'SEC4',
  title: 'A secret stands in plain text in a template or in what is deployed with it',
  severity: 'error',
  why: 'Templates are kept by CloudFormation, uploaded to a bucket, copied into build logs and committed. Whoever can describe the stack or the function reads the secret, and nobody can tell who did. Code and files that are deployed lie in buckets, images and backups.',
  fix: 'Keep the value in Secrets Manager and read it when it is needed, or refer to it with `{{resolve:secretsmanager:…}}` in a property that takes a secret. Revoke the one that was found: it is known now.',
  limits:
    'Files are those of the assets of a cloud assembly (folders and files called `asset.…`, contexts of images included), up to 8 MiB each, 64 MiB and 10,000 files together: what is beyond is a *possible* finding. Not looked into: what is packed or compiled (a `.env` in a zip is not found), `node_modules`. All files are searched for what looks like a token or key by its form. What is only *called* a password is found in properties, environment, parameters, outputs, mappings, commands, inline code, user data, `AWS::CloudFormation::Init`, build specifications and definitions of state machines; in files: `.env`, Python, Ruby and shell, JSON, YAML and other settings up to 256 KiB, but not in JavaScript, nor in packages that were installed. A password that could be a word or a name, such as `correct-horse`, is found in properties and environment alone.',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html',
  controls: ['NIST 800-53 r5 IA-5(7)', 'NIST 800-53 r5 SC-28'],
  types: ['*'],
  check(resource, snapshot) {
    return snapshot.secretsIn(resource).map(violation);
  },
  checkTemplate(template, snapshot) {
    return snapshot.secretsIn(template).map(violation);
  },
  examples: {
    bad: database('correct-horse-battery'),
    good: database('{{resolve:secretsmanager:orders/database:SecretString:password}}'),
  },
};

// The value itself is never shown.
function violation({ place, looksLike, unread }: SecretHit): Violation {
  if (unread === true) {
    return {
      message: `the ${place} of an asset was not searched for secrets (${looksLike}); expected files that can be read`,
      detail: `Unread::${place}`,
      certainty: 'possible',
      unknowns: [`${place}: ${looksLike}`],
    };
  }
  return {
    message: `found what looks like a ${looksLike} in \`${place}\`; expected a reference to a secret store`,
    detail: `Place::${place}`,
  };
}
