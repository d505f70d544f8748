import type { Answer } from '../../../../lib/runtime/review/call';
import { arnOf } from './names';
import { awsError, found, page } from './raw';
import type { OfType, Raw } from './raw';

const NONE = 'NoSuchEntityException';

/** Roles, users, groups and policies. */
export class Iam {
  public readonly roles = new Map<string, Raw>();
  public readonly users = new Map<string, Raw>();
  public readonly groups = new Map<string, Raw>();
  public readonly policies = new Map<string, any>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::IAM::Role')) {
      this.roles.set(id, {
        ...identity('AWS::IAM::Role', id, properties),
        trust: properties['AssumeRolePolicyDocument'],
        seconds: properties['MaxSessionDuration'] ?? 3600,
        tags: properties['Tags'],
      });
    }
    for (const { id, properties } of ofType('AWS::IAM::User')) {
      this.users.set(id, {
        ...identity('AWS::IAM::User', id, properties),
        groups: new Set(properties['Groups'] ?? []),
        keys: new Set<string>(),
        password: properties['LoginProfile'] !== undefined,
      });
    }
    for (const { id, properties } of ofType('AWS::IAM::Group')) {
      this.groups.set(id, identity('AWS::IAM::Group', id, properties));
    }
    for (const { id, properties } of ofType('AWS::IAM::AccessKey')) {
      this.users.get(properties['UserName'])?.['keys'].add(id);
    }
    for (const { properties } of ofType('AWS::IAM::UserToGroupAddition')) {
      for (const user of properties['Users']) this.users.get(user)?.['groups'].add(properties['GroupName']);
    }
    for (const { id, properties } of ofType('AWS::IAM::ManagedPolicy')) {
      this.policies.set(id, properties['PolicyDocument']);
      for (const each of this.holders(properties)) each['attached'].add(id);
    }
    for (const { properties } of ofType('AWS::IAM::Policy')) {
      const { PolicyName, PolicyDocument } = properties;
      for (const each of this.holders(properties)) each['inline'].set(PolicyName, PolicyDocument);
    }
  }

  private holders({ Roles, Users, Groups }: Raw): Raw[] {
    const in_ = (map: ReadonlyMap<string, Raw>, names: readonly string[] = []): Raw[] =>
      names.flatMap((name) => map.get(name) ?? []);
    return [...in_(this.roles, Roles), ...in_(this.users, Users), ...in_(this.groups, Groups)];
  }

  public GetRole({ RoleName }: Raw): Answer {
    const { trust, seconds, tags, ...role } = found(this.roles, RoleName, NONE);
    return {
      Role: {
        ...shown(role),
        AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
        MaxSessionDuration: seconds,
        ...(tags === undefined ? {} : { Tags: tags }),
      },
    };
  }

  public GetUser({ UserName }: Raw): Answer {
    return { User: shown(found(this.users, UserName, NONE)) };
  }

  public GetGroup({ GroupName }: Raw): Answer {
    return { Group: { Arn: found(this.groups, GroupName, NONE)['Arn'] }, Users: [] };
  }

  public ListGroupsForUser({ UserName }: Raw): Answer {
    return { Groups: [...(this.users.get(UserName)?.['groups'] ?? [])].map((GroupName) => ({ GroupName })) };
  }

  public ListAccessKeys({ UserName }: Raw): Answer {
    const keys = [...(this.users.get(UserName)?.['keys'] ?? [])];
    return { AccessKeyMetadata: keys.map((AccessKeyId) => ({ AccessKeyId })) };
  }

  public GetLoginProfile({ UserName }: Raw): Answer {
    if (this.users.get(UserName)?.['password'] !== true) throw awsError(NONE);
    return { LoginProfile: { UserName } };
  }

  public ListRolePolicies(input: Raw): Answer {
    return inlineNames(this.roles.get(input['RoleName']), input);
  }

  public ListUserPolicies(input: Raw): Answer {
    return inlineNames(this.users.get(input['UserName']), input);
  }

  public ListGroupPolicies(input: Raw): Answer {
    return inlineNames(this.groups.get(input['GroupName']), input);
  }

  public GetRolePolicy(input: Raw): Answer {
    return inlinePolicy(this.roles.get(input['RoleName']), input);
  }

  public GetUserPolicy(input: Raw): Answer {
    return inlinePolicy(this.users.get(input['UserName']), input);
  }

  public GetGroupPolicy(input: Raw): Answer {
    return inlinePolicy(this.groups.get(input['GroupName']), input);
  }

  public ListAttachedRolePolicies({ RoleName }: Raw): Answer {
    return attachedTo(this.roles.get(RoleName));
  }

  public ListAttachedUserPolicies({ UserName }: Raw): Answer {
    return attachedTo(this.users.get(UserName));
  }

  public ListAttachedGroupPolicies({ GroupName }: Raw): Answer {
    return attachedTo(this.groups.get(GroupName));
  }

  public GetPolicy({ PolicyArn }: Raw): Answer {
    found(this.policies, PolicyArn, NONE);
    return { Policy: { DefaultVersionId: 'v3' } };
  }

  public GetPolicyVersion({ PolicyArn, VersionId }: Raw): Answer {
    if (VersionId !== 'v3') throw awsError(NONE);
    return { PolicyVersion: { Document: encodeURIComponent(JSON.stringify(this.policies.get(PolicyArn))) } };
  }
}

function identity(type: string, id: string, properties: Raw): Raw {
  const inline = ((properties['Policies'] ?? []) as Raw[]).map(
    ({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument] as const,
  );
  return {
    Arn: arnOf(type, id, properties),
    boundary: properties['PermissionsBoundary'],
    inline: new Map<string, any>(inline),
    attached: new Set<string>(properties['ManagedPolicyArns'] ?? []),
  };
}

function shown({ Arn, boundary }: Raw): Raw {
  return { Arn, ...(boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: boundary } }) };
}

function inlineNames(holder: Raw | undefined, { Marker }: Raw): Answer {
  const { items, next } = page<string>([...(holder?.['inline'].keys() ?? [])], Marker, 1);
  return { PolicyNames: items, ...(next === undefined ? {} : { IsTruncated: true, Marker: next }) };
}

function inlinePolicy(holder: Raw | undefined, { PolicyName }: Raw): Answer {
  const document = found<any>(holder?.['inline'], PolicyName, NONE);
  return { PolicyDocument: encodeURIComponent(JSON.stringify(document, undefined, 2)) };
}

function attachedTo(holder: Raw | undefined): Answer {
  return { AttachedPolicies: [...(holder?.['attached'] ?? [])].map((PolicyArn) => ({ PolicyArn })) };
}
