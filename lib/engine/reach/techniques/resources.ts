import type { Need, Technique } from '../technique';
import { DEPLOYED, besides, call, on } from './make';

const FUNCTION = 'AWS::Lambda::Function';

/** From what a policy of the organization may be detached. */
const HOLDERS = ['account', 'ou', 'root'].map((each) => `organizations::*:${each}/o-*/?*`);

/** Calls of IAM Identity Center are about the instance too, and some about the account. */
function sso(action: string, ofAccount = false): Need {
  const account = ofAccount ? [besides(action, 'sso:::account/?*')] : [];
  return [on(action), besides(action, 'sso:::instance/?*'), ...account];
}

/** Resources beyond what was granted: by their content, their guards. */
export const RESOURCES: readonly Technique[] = [
  {
    id: 's3-replication',
    references: ['htc-s3-replication'],
    target: 'AWS::S3::Bucket',
    needs: [[on('s3:PutReplicationConfiguration'), { actions: ['iam:PassRole'], on: 'some-role', about: 'pass' }]],
    gain: 'read',
    services: ['s3.amazonaws.com'],
    doubt: 'whether the replication role reads this bucket',
  },
  {
    ...call('lambda-function-url', ['cand-lambda-url'], FUNCTION, 'use', []),
    needs: [[on(['lambda:UpdateFunctionUrlConfig', 'lambda:CreateFunctionUrlConfig'])], [on('lambda:AddPermission')]],
  },
  call(
    'lambda-event-source',
    ['cand-lambda-esm'],
    'AWS::Lambda::EventSourceMapping',
    'use',
    'lambda:UpdateEventSourceMapping',
  ),
  call('apigateway-authorization', ['cand-apigw-auth-removal'], 'api-method', 'use', 'apigateway:PATCH', DEPLOYED),
  call('cognito-group', ['cand-cognito-group'], 'AWS::Cognito::UserPool', 'use', 'cognito-idp:AdminAddUserToGroup'),
  call('cognito-password', ['cand-cognito-pw'], 'AWS::Cognito::UserPool', 'use', 'cognito-idp:AdminSetUserPassword'),
  {
    ...call('sso-permission-set', ['cand-sso-permset'], 'AWS::SSO::PermissionSet', 'use', []),
    needs: [sso('sso:PutInlinePolicyToPermissionSet'), sso('sso:ProvisionPermissionSet', true)],
  },
  {
    ...call('sso-assignment', ['cand-sso-assign'], 'AWS::SSO::PermissionSet', 'use', []),
    needs: [sso('sso:CreateAccountAssignment', true)],
  },
  {
    ...call('organizations-detach', ['cand-scp-detach'], 'AWS::Organizations::Policy', 'disable', []),
    needs: [[on('organizations:DetachPolicy'), besides('organizations:DetachPolicy', HOLDERS)]],
  },
  call('cloudtrail-stop', ['cand-trail-stop'], 'AWS::CloudTrail::Trail', 'disable', 'cloudtrail:StopLogging'),
];
