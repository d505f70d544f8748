import type { Rule } from '../rule';
import { example } from '../support/examples';

export const tpl1: Rule = {
  id: 'TPL1',
  title: 'Part of the template cannot be read',
  severity: 'warning',
  why: 'A transform, a macro, an include or a loop over what nobody knows yet adds resources when the template is deployed, among them roles and endpoints. No rule sees them, so that no rule can say that they are right.',
  fix: 'Check the template as it is deployed: `aws cloudformation get-template --template-stage Processed` writes transforms out. Loops over literals, and the functions and APIs of the Serverless Application Model, are written out here.',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html',
  controls: ['NIST 800-53 r5 CM-3', 'NIST 800-53 r5 CA-7'],
  types: ['*'],
  check: () => [],
  checkTemplate({ unknowns }) {
    return unknowns.map(({ detail }) => ({
      message: `found ${detail}, which is not read here; expected a template with everything in it that is deployed`,
      detail: `Unread::${detail}`,
      certainty: 'possible',
      unknowns: [detail],
    }));
  },
  examples: {
    bad: example('AWS::S3::Bucket', {
      'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://b/k' } },
    }),
    good: example('AWS::S3::Bucket', {}),
  },
};
