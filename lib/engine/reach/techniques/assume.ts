import type { Technique } from '../technique';
import { any, call, on } from './make';

const CLOUDFORMATION = 'cloudformation.amazonaws.com';

const OF_STACK = 'the policies of the role with which CloudFormation deploys the stack, by default an administrator';

/** Roles that let somebody in. */
export const ASSUME: readonly Technique[] = [
  call('sts-assume-role', ['sts-001'], 'role', 'become', 'sts:AssumeRole'),
  {
    ...call('cdk-deploy-role', ['cand-cdk-deploy-role'], 'cdk-deploy-role', 'cdk-bootstrap', 'sts:AssumeRole'),
    doubt: 'the policies of the bootstrap stack, which by default make its execution role an administrator',
  },
  {
    ...call('cdk-lookup-role', [], 'cdk-lookup-role', 'cdk-bootstrap', 'sts:AssumeRole'),
    doubt: 'the policies of the bootstrap stack, which by default let its lookup role read all but secrets',
  },
  {
    ...call('cdk-publishing-role', [], 'cdk-publishing-role', 'cdk-bootstrap', 'sts:AssumeRole'),
    doubt:
      'whether a later deployment takes a template, code or image that was put into the staging bucket or repository of the bootstrap stack',
  },
  {
    id: 'cdk-exec-role',
    references: ['cand-cdk-deploy-role'],
    target: 'cdk-exec-role',
    needs: [
      [
        on('iam:PassRole', 'pass'),
        any(['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet']),
      ],
    ],
    gain: 'cdk-bootstrap',
    services: [CLOUDFORMATION],
    doubt: 'the policies of the bootstrap stack, which by default make its execution role an administrator',
  },
  // CloudFormation keeps the role of a stack, and takes it for every later change without iam:PassRole.
  {
    id: 'cdk-update-stack',
    references: ['cloudformation-002'],
    target: 'stack',
    needs: [[on('cloudformation:UpdateStack')]],
    gain: 'cdk-bootstrap',
    doubt: OF_STACK,
  },
  {
    id: 'cdk-change-set',
    references: ['cloudformation-005'],
    target: 'stack',
    needs: [[on('cloudformation:CreateChangeSet')], [on('cloudformation:ExecuteChangeSet')]],
    gain: 'cdk-bootstrap',
    doubt: OF_STACK,
  },
];

/** How those come in who have a token and no permission: nobody of the templates needs it. */
export const ENTER: readonly Technique[] = [
  call('sts-assume-role-with-token', [], 'role', 'become', ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML']),
];
