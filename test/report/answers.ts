import type { Access, Escalation, EscalationStep, WhatCan, WhoCan } from '../../lib/model/answers';

export const STEP: EscalationStep = {
  technique: 'lambda-update-code',
  from: 'Prod/Ci',
  to: 'Prod/Deployer',
  because: 'Prod/Ci may lambda:UpdateFunctionCode on Prod/Worker (Allow in Prod/Ci/Policy, statement 0)',
  conditions: [{ key: 'aws:sourceip', operator: 'IpAddress', values: ['192.0.2.0/24'], wanted: 'holds' }],
  statements: [],
};

export function access(changes: Partial<Access> = {}): Access {
  return {
    principal: 'Prod/Clerk',
    logicalId: 'Clerk1A',
    template: 'Prod',
    decision: 'granted',
    direct: true,
    via: [],
    conditions: [{ key: 'aws:multifactorauthpresent', operator: 'Bool', values: ['true'], wanted: 'holds' }],
    statements: [
      {
        effect: 'Allow',
        layer: 'identity',
        policy: 'Prod/Clerk/DefaultPolicy',
        logicalId: 'ClerkPolicy2B',
        template: 'Prod',
        place: 'PolicyDocument',
        index: 3,
        sid: 'ReadOrders',
      },
    ],
    unknowns: [],
    ...changes,
  };
}

export const WHO_CAN: WhoCan = {
  action: 's3:GetObject',
  resource: 'arn:${AWS::Partition}:s3:::${Orders}/*',
  principals: [
    access(),
    access({ principal: 'Prod/Ci', logicalId: 'Ci3C', direct: false, via: [STEP], conditions: [] }),
    access({
      principal: 'arn:aws:iam::444455556666:root',
      logicalId: undefined,
      template: undefined,
      decision: 'possible',
      unknowns: ['parameter "Partner"'],
    }),
    access({
      principal: 'Prod/Report',
      logicalId: 'Report4D',
      decision: 'denied',
      denied: { by: 'explicit', layer: 'resource' },
      direct: false,
      conditions: [],
      statements: [
        { effect: 'Deny', layer: 'resource', policy: 'Prod/Orders/Policy', place: 'PolicyDocument', index: 1 },
      ],
    }),
  ],
};

export const WHAT_CAN: WhatCan = {
  principal: 'Prod/Ci',
  logicalId: 'Ci3C',
  template: 'Prod',
  services: [
    {
      service: 'lambda',
      permissions: [
        {
          resource: 'arn:aws:lambda:eu-west-1:111122223333:function:worker',
          decision: 'granted',
          actions: [
            { action: 'lambda:GetFunction', level: 'read' },
            { action: 'lambda:UpdateFunctionCode', level: 'write' },
          ],
          conditions: [{ key: 'aws:sourceip', operator: 'IpAddress', values: ['192.0.2.0/24'], wanted: 'fails' }],
          statements: [
            { effect: 'Allow', layer: 'identity', policy: 'Prod/Ci/Policy', place: 'PolicyDocument', index: 2 },
          ],
          unknowns: [],
        },
        {
          resource: '*',
          decision: 'possible',
          actions: [{ action: 'lambda:BrandNew' }],
          conditions: [],
          statements: [],
          unknowns: ['parameter "Who"'],
        },
      ],
    },
  ],
  becomes: [
    { principal: 'Prod/Deployer', logicalId: 'Deployer5E', template: 'Prod', certainty: 'certain', steps: [STEP] },
  ],
  gains: [
    {
      to: 'the boundary of Prod/Ci',
      certainty: 'certain',
      steps: [{ ...STEP, technique: 'iam-delete-role-boundary', to: 'the boundary of Prod/Ci', conditions: [] }],
      services: [
        {
          service: 'sqs',
          permissions: [
            {
              resource: '*',
              decision: 'granted',
              actions: [{ action: 'sqs:ReceiveMessage', level: 'read' }],
              conditions: [],
              statements: [],
              unknowns: [],
            },
          ],
        },
      ],
    },
  ],
  admin: { certainty: 'possible', steps: [STEP] },
  unknowns: ['the managed policy arn:aws:iam::111122223333:policy/other'],
};

export const ESCALATIONS: readonly Escalation[] = [
  {
    principal: 'Prod/Ci',
    logicalId: 'Ci3C',
    template: 'Prod',
    reaches: 'Prod/Deployer',
    reachesLogicalId: 'Deployer5E',
    reachesTemplate: 'Prod',
    certainty: 'certain',
    steps: [STEP],
    unknowns: [],
  },
  {
    principal: 'Prod/Ci',
    logicalId: 'Ci3C',
    template: 'Prod',
    reaches: 'admin',
    certainty: 'possible',
    steps: [STEP, { ...STEP, technique: 'iam-put-role-policy', from: 'Prod/Deployer', to: 'administrator' }],
    unknowns: ['parameter "Who"'],
  },
  {
    principal: 'Prod/Keeper',
    logicalId: 'Keeper6F',
    template: 'Prod',
    reaches: 'Prod/Key',
    reachesLogicalId: 'Key7A',
    reachesTemplate: 'Prod',
    power: 'use',
    certainty: 'certain',
    steps: [{ ...STEP, technique: 'kms-put-key-policy', from: 'Prod/Keeper', to: 'Prod/Key' }],
    unknowns: [],
  },
];
