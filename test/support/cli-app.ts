// An app that the CDK CLI runs in a test. What it does is told by CASE.
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnAccessKey } from 'aws-cdk-lib/aws-iam';
import { InjectedChecks } from '../checks/support/injected-checks';
import { finding } from '../report/sample';

const app = new App({ analyticsReporting: false });
const orders = new Stack(app, 'Orders');
new CfnAccessKey(orders, 'Key', { userName: 'someone' });
new Stack(new Stage(app, 'Prod'), 'Orders');
new Stack(app, 'Other').exportValue('x', { name: 'x' });

Validations.of(app).addPlugins(
  new InjectedChecks(({ stackTemplates }) => {
    const at = { file: stackTemplates[0]?.templatePath ?? '', logicalId: 'Key', detail: 'Action::s3:*' };
    switch (process.env.CASE) {
      case 'crash':
        throw new Error('BH9004: rule `Bulkhead-IAM1` failed');
      case 'error':
        return [finding({ ...at, message: 'first message' }), finding({ ...at, message: 'second message' })];
      case 'staged': {
        const staged = stackTemplates.find(({ stackConstructPath }) => stackConstructPath === 'Prod/Orders');
        return [finding({ file: staged?.templatePath ?? '', constructPath: 'Prod/Orders', message: 'in a stage' })];
      }
      case 'warning':
        return [finding({ ...at, severity: 'warning', message: 'only advice' })];
      default:
        return [];
    }
  }),
);
app.synth();
