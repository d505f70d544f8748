import { describe, expect, it } from 'vitest';
import { api7 } from '../../../lib/rules/api/api7-caller-not-declared';
import { api8 } from '../../../lib/rules/api/api8-permission-beyond-its-endpoints';
import { api9 } from '../../../lib/rules/api/api9-reader-who-can-write';
import type { ExampleTemplate } from '../../../lib/rules/rule';
import { declaredApi, requestOfApi } from '../../../lib/rules/support/api-example';
import { findingsOf } from '../rule-runner';

const CLERK = { GET: ['Orders/Clerk'], POST: ['Orders/Clerk'] };
const GET = { Resource: requestOfApi('prod/GET/') };
const HERE = { account: '111122223333', region: 'eu-west-1' };

/** The template with changes to its resources. */
function changed(template: ExampleTemplate, change: Readonly<Record<string, object>>): ExampleTemplate {
  const resources = template.Resources as Readonly<Record<string, object>>;
  return {
    ...template,
    Resources: {
      ...resources,
      ...Object.fromEntries(Object.entries(change).map(([id, more]) => [id, { ...resources[id], ...more }])),
    },
  };
}

function guardedBy(...statements: readonly object[]): Readonly<Record<string, object>> {
  return {
    Api: { Properties: { Name: 'orders', Policy: { Version: '2012-10-17', Statement: statements } } },
  };
}

const GUARD = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'execute-api:Invoke',
  Resource: 'execute-api:/*',
  Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/clerk' } },
};

describe('callers that were not declared', () => {
  it('is certain of a permission that nothing denies, and says which endpoints', () => {
    const [finding, ...others] = findingsOf(api7, declaredApi(CLERK, { Resource: requestOfApi('*') }), HERE);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ certainty: 'certain', principal: 'Orders/Reader', detail: 'Api::Orders/Api' });
    expect(finding?.message).toContain('`GET /`, `POST /`');
  });

  it('finds nothing where the guard of the API denies it', () => {
    expect(findingsOf(api7, changed(declaredApi(CLERK, GET), guardedBy(GUARD)), HERE)).toEqual([]);
  });

  it('is not sure where a condition of the template decides over the guard', () => {
    const guarded = changed(
      declaredApi(CLERK, GET),
      guardedBy({ 'Fn::If': ['Guarded', GUARD, { Ref: 'AWS::NoValue' }] }),
    );
    const Conditions = { Guarded: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
    const Parameters = { Stage: { Type: 'String' } };
    const [finding] = findingsOf(api7, { ...guarded, Conditions, Parameters }, HERE);
    expect(finding?.certainty).toBe('possible');
    expect(finding?.unknowns).not.toEqual([]);
  });

  it('finds whom the resource policy lets in without a permission of its own', () => {
    const allow = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
    const open = changed(
      declaredApi(CLERK, { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }),
      guardedBy(allow),
    );
    expect(findingsOf(api7, open, HERE)).toHaveLength(1);
  });

  it('finds who lifts the boundary that keeps it from calling, and not who cannot', () => {
    const bounded = (may: string): ExampleTemplate => {
      const { Resources } = declaredApi(CLERK, GET);
      const resources = Resources as Readonly<Record<string, { readonly Properties: object }>>;
      const own = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/reader' };
      const Lift = { Effect: 'Allow', Action: may, Resource: own };
      return {
        Resources: {
          ...Resources,
          Limit: {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: { PolicyDocument: { Version: '2012-10-17', Statement: [Lift] } },
          },
          Lift: {
            Type: 'AWS::IAM::Policy',
            Properties: {
              PolicyName: 'lift',
              Roles: [{ Ref: 'Example' }],
              PolicyDocument: { Version: '2012-10-17', Statement: [Lift] },
            },
          },
          Example: {
            ...resources['Example'],
            Properties: {
              ...resources['Example'].Properties,
              RoleName: 'reader',
              PermissionsBoundary: { Ref: 'Limit' },
            },
          },
        },
      };
    };
    const [finding, ...others] = findingsOf(api7, bounded('iam:DeleteRolePermissionsBoundary'), HERE);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ certainty: 'certain', detail: 'Api::Orders/Api::iam-delete-role-boundary' });
    expect(findingsOf(api7, bounded('iam:GetRole'), HERE)).toEqual([]);
  });

  it('finds who becomes a caller, with the steps to it', () => {
    const caller = declaredApi({ GET: ['Orders/Reader'], POST: ['Orders/Clerk'] }, GET);
    const body = {
      Resources: {
        ...caller.Resources,
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Handler: 'index.handler',
            Runtime: 'nodejs22.x',
            Code: { ZipFile: 'exports.handler = async () => {}' },
            Role: { 'Fn::GetAtt': ['Example', 'Arn'] },
          },
        },
        Deployer: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: {
              Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
            },
            Policies: [
              {
                PolicyName: 'deploy',
                PolicyDocument: {
                  Statement: [
                    {
                      Effect: 'Allow',
                      Action: ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'],
                      Resource: { 'Fn::GetAtt': ['Function', 'Arn'] },
                    },
                  ],
                },
              },
            ],
          },
        },
      },
    };
    const [finding, ...others] = findingsOf(api7, body, HERE);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ principal: 'Deployer', detail: 'Api::Orders/Api::lambda-update-code-invoke' });
    expect(finding?.trace).toHaveLength(1);
  });

  it('says nothing of an API that nobody declared', () => {
    const foreign = declaredApi(CLERK, GET);
    const undeclared = changed(foreign, { Get: { Metadata: {} }, Post: { Metadata: {} } });
    expect(findingsOf(api7, undeclared, HERE)).toEqual([]);
  });
});

describe('permissions beyond their endpoints', () => {
  it.each([
    ['every method of a path', 'prod/*/'],
    ['everything', '*'],
    ['everything of every stage', '*/*'],
  ])('finds %s, declared or not', (_, request) => {
    const both = { GET: ['Orders/Reader'], POST: ['Orders/Reader'] };
    expect(findingsOf(api8, declaredApi(both, { Resource: requestOfApi(request) }))).toHaveLength(1);
    const foreign = changed(declaredApi(both, { Resource: requestOfApi(request) }), {
      Get: { Metadata: {} },
      Post: { Metadata: {} },
    });
    expect(findingsOf(api8, foreign)).toHaveLength(1);
  });

  it('finds a pattern of every stage, where callers were declared for one', () => {
    const both = { GET: ['Orders/Reader'], POST: ['Orders/Reader'] };
    const on = (stage: string) => declaredApi(both, { Resource: requestOfApi(`${stage}/GET/`) });
    expect(findingsOf(api8, on('*')).map(({ message }) => message)).toEqual([
      expect.stringContaining('also reaches every other stage;'),
    ]);
    expect(findingsOf(api8, on('prod'))).toEqual([]);
    expect(findingsOf(api8, changed(on('*'), { Get: { Metadata: {} }, Post: { Metadata: {} } }))).toEqual([]);
  });

  it('finds an endpoint of others under a pattern, unless the role denies it itself', () => {
    const leak = declaredApi(
      { GET: ['Orders/Clerk'], POST: ['Orders/Reader'] },
      { Resource: requestOfApi('prod/GET/*') },
    );
    expect(findingsOf(api8, leak)).toHaveLength(1);
    const deny = {
      Deny: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: { Ref: 'Example' },
          PolicyName: 'deny',
          PolicyDocument: {
            Statement: [{ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: requestOfApi('prod/GET/') }],
          },
        },
      },
    };
    expect(findingsOf(api8, changed(leak, deny))).toEqual([]);
  });

  it('leaves a statement on other resources alone', () => {
    expect(findingsOf(api8, declaredApi(CLERK, { Resource: '*' }))).toEqual([]);
  });
});

describe('readers and writers', () => {
  it('finds a reader who can write by a permission that was not declared', () => {
    const both = { Resource: [requestOfApi('prod/GET/'), requestOfApi('prod/POST/')] };
    const [finding] = findingsOf(api9, declaredApi({ GET: ['Orders/Reader'], POST: ['Orders/Clerk'] }, both), HERE);
    expect(finding).toMatchObject({ certainty: 'certain', detail: 'Writes::Orders/Api' });
  });

  it('lets a writer read where nothing is of high value', () => {
    const both = { Resource: [requestOfApi('prod/GET/'), requestOfApi('prod/POST/')] };
    expect(findingsOf(api9, declaredApi({ GET: ['Orders/Reader'], POST: ['Orders/Reader'] }, both), HERE)).toEqual([]);
  });
});
