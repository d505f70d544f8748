// An app that the CDK CLI runs in a test. What it does is told by CASE.
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnAccessKey } from 'aws-cdk-lib/aws-iam';
import { InjectedChecks } from '../checks/support/injected-checks';
import { finding } from '../report/sample';

const app = new App({ analyticsReporting: false });
new Stack(app, 'Orders');
const staged = new Stack(new Stage(app, 'Prod'), 'Orders');
new CfnAccessKey(staged, 'Key', { userName: 'someone' });
new Stack(app, 'Other').exportValue('x', { name: 'x' });

Validations.of(app).addPlugins(
  new InjectedChecks(({ stackTemplates }) => {
    switch (process.env.CASE) {
      case 'crash':
        throw new Error('BH9004: rule `Bulkhead-IAM1` failed');
      case 'staged': {
        const template = stackTemplates.find(({ stackConstructPath }) => stackConstructPath === 'Prod/Orders');
        const at = { file: template?.templatePath ?? '', logicalId: 'Key', detail: 'Action::s3:*' };
        return [finding({ ...at, message: 'first message' }), finding({ ...at, message: 'second message' })];
      }
      default:
        return [];
    }
  }),
);
app.synth();
