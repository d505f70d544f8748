import { elements, show } from '../../model/read';
import { isChoice, isList } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { LAMBDA_TRUST, example } from '../support/examples';
import { mayBeAnything, unknownsOf } from '../support/property';

/** AWS managed policies that grant everything, or the power to grant it to oneself. */
const ADMINISTRATOR_LIKE = /^(AdministratorAccess(-.*)?|PowerUserAccess|IAMFullAccess|.*FullAccess)$/;
/** AWS managed policies that read what is kept of everybody: secrets, parameters or logs. */
const READING_ALL: Readonly<Record<string, string>> = {
  SecretsManagerReadWrite: 'every secret',
  AWSSecretsManagerClientReadOnlyAccess: 'every secret',
  CloudWatchLogsReadOnlyAccess: 'every log',
  CloudWatchReadOnlyAccess: 'every log',
  AmazonSSMReadOnlyAccess: 'every parameter',
  ReadOnlyAccess: 'every log, parameter and object',
};
const AWS_MANAGED = /:iam::aws:policy\/(?:.*\/)?([^/]+)$/;

/**
 * SecurityAudit and ViewOnlyAccess are left alone: they show how things are set up, and no data. A policy of one's own that allows `*` on `*` is not looked for here: IAM1 and IAM2 report it, each with its part.
 */
export const iam4: Rule = {
  id: 'IAM4',
  title: 'An AWS managed policy grants far more than any one job needs',
  severity: 'error',
  why: 'AdministratorAccess, PowerUserAccess, IAMFullAccess and the other *FullAccess policies open a whole service or account to whoever gets hold of the role, and SecretsManagerReadWrite, ReadOnlyAccess and those for logs give everything to read. AWS widens them without asking, so that nobody reviews what the role may do next year.',
  fix: 'Attach a policy of your own that names the actions and resources this principal uses.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-6(5)'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::SSO::PermissionSet'],
  check({ type, properties }) {
    const list = properties[type === 'AWS::SSO::PermissionSet' ? 'ManagedPolicies' : 'ManagedPolicyArns'];
    const unknowns = conditionsIn(list);
    return elements(list)
      .flatMap(judgeArn)
      .map((violation) =>
        unknowns.length === 0
          ? violation
          : { ...violation, certainty: 'possible', unknowns: [...(violation.unknowns ?? []), ...unknowns] },
      );
  },
  examples: {
    bad: example('AWS::IAM::Role', {
      AssumeRolePolicyDocument: LAMBDA_TRUST,
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'],
    }),
    good: example('AWS::IAM::Role', {
      AssumeRolePolicyDocument: LAMBDA_TRUST,
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    }),
  },
};

function judgeArn(arn: Value): readonly Violation[] {
  const shown = show(arn);
  const name = AWS_MANAGED.exec(shown)?.[1];
  if (name !== undefined && Object.hasOwn(READING_ALL, name)) {
    return [
      {
        message: `found the managed policy \`${shown}\`, which reads ${READING_ALL[name]}; expected a policy that names those of one job`,
        detail: `Policy::${name}`,
      },
    ];
  }
  if (name !== undefined && ADMINISTRATOR_LIKE.test(name)) {
    return [
      {
        message: `found the managed policy \`${shown}\`; expected a policy that names the actions and resources of one job`,
        detail: `Policy::${name}`,
      },
    ];
  }
  // A policy of the template is judged where it stands; a parameter can be anything.
  if (!mayBeAnything(arn)) return [];
  return [
    {
      message: `found a managed policy that is known only after deployment, \`${shown}\`; expected one that can be judged, since it may be AdministratorAccess`,
      detail: `Policy::${shown}`,
      certainty: 'possible',
      unknowns: unknownsOf(arn),
    },
  ];
}

/** The conditions of the template on which a list or its elements depend. */
function conditionsIn(list: Value | undefined): readonly string[] {
  const choices = [list, ...(isList(list) ? list : [])].filter(isChoice);
  return choices.map(({ condition }) => `condition "${condition.slice(condition.indexOf('#') + 1)}"`);
}
