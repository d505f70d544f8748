import { INTENT_KEY } from '../../model/intent';
import type { Rule } from '../rule';
import { roleTrusting } from '../support/examples';

const reviewed = (reviewOn: string) => {
  const template = roleTrusting({ Principal: { Service: 'lambda.amazonaws.com' } });
  const [[logicalId, role]] = Object.entries(template.Resources);
  const intent = { kind: 'role', roleKind: 'workload', path: 'Orders/Report', owner: 'orders-team', purpose: 'report' };
  const Metadata = { [INTENT_KEY]: { ...intent, reviewOn } };
  const Properties = { ...(role as any).Properties, PermissionsBoundary: 'arn:aws:iam::111122223333:policy/report' };
  return { Resources: { [logicalId]: { ...(role as object), Properties, Metadata } } };
};

/** The day comes from whoever runs the rules. On the date itself there is no finding yet. */
export const iam12: Rule = {
  id: 'IAM12',
  title: 'A role is past the day of its review',
  severity: 'error',
  why: 'Its owner said until when purpose and permissions are known to be right. Roles outlive their reason unless somebody is made to look.',
  fix: 'Look at who may assume the role, and at what it may do; take away what is not used. Then set the next `reviewOn`.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#remove-credentials',
  controls: ['NIST 800-53 r5 AC-2', 'NIST 800-53 r5 AC-6(7)'],
  types: ['AWS::IAM::Role'],
  check({ intent }, _snapshot, { today }) {
    if (intent?.kind !== 'role' || intent.reviewOn === undefined) return [];
    const { reviewOn, owner, path } = intent;
    if (today !== undefined && reviewOn >= today) return [];
    const expected = `expected \`${path}\` to be reviewed by then, by ${owner}`;
    if (today !== undefined)
      return [{ message: `found \`reviewOn\` ${reviewOn}, and today is ${today}; ${expected}`, parts: [reviewOn] }];
    return [
      {
        message: `found \`reviewOn\` ${reviewOn}; ${expected}`,
        certainty: 'possible',
        unknowns: ['the day of this run'],
      },
    ];
  },
  examples: { bad: reviewed('2020-01-31'), good: reviewed('2999-12-31') },
};
