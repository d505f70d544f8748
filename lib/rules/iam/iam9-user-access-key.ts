import { show } from '../../model/read';
import type { Rule } from '../rule';

export const iam9: Rule = {
  id: 'IAM9',
  title: 'An IAM user has an access key',
  severity: 'error',
  why: 'An access key works from anywhere, for as long as nobody deletes it, and carries no MFA. CloudFormation also hands the secret half out as an attribute, so that it ends up in outputs, state files and logs.',
  fix: 'Give software a role (of its compute service, by OIDC or by IAM Roles Anywhere) and people a role with MFA. Their sessions end by themselves.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
  controls: ['NIST 800-53 r5 IA-5', 'NIST 800-53 r5 AC-2', 'NIST 800-53 r5 IA-2(1)'],
  types: ['AWS::IAM::AccessKey'],
  check({ properties }) {
    return [
      {
        message: `found an access key for the user \`${show(properties['UserName'])}\`; expected a role that is assumed for a session`,
      },
    ];
  },
  examples: {
    bad: {
      Resources: {
        User: { Type: 'AWS::IAM::User' },
        Example: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
      },
    },
    good: { Resources: { User: { Type: 'AWS::IAM::User' } } },
  },
};
