// The app that the benchmarks measure: ten stacks of 372 resources, in plain CDK constructs, so that both rule packs see
// the same: an API of 136 endpoints, 31 roles with a secret each, and a role that deploys the stack's function.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { App, Stack } = require('aws-cdk-lib');
const apigateway = require('aws-cdk-lib/aws-apigateway');
const iam = require('aws-cdk-lib/aws-iam');
const kms = require('aws-cdk-lib/aws-kms');
const lambda = require('aws-cdk-lib/aws-lambda');
const secretsmanager = require('aws-cdk-lib/aws-secretsmanager');

export function benchApp({ stacks = 10, endpoints = 136, roles = 31, outdir } = {}) {
  const app = new App({ analyticsReporting: false, ...(outdir === undefined ? {} : { outdir }) });
  for (let at = 0; at < stacks; at += 1) addStack(app, at, endpoints, roles);
  return app;
}

function addStack(app, at, endpoints, roles) {
  const stack = new Stack(app, `Stack${at}`);
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  const callers = Array.from({ length: roles }, (_, index) => {
    const role = new iam.Role(stack, `Role${index}`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    new secretsmanager.Secret(stack, `Secret${index}`).grantRead(role);
    return role;
  });
  for (let index = 0; index < endpoints; index += 1) {
    const resource = api.root.resourceForPath(`/things${index >> 1}/{id}`);
    const method = resource.addMethod(index % 2 === 0 ? 'GET' : 'PUT', new apigateway.MockIntegration(), {
      authorizationType: apigateway.AuthorizationType.IAM,
    });
    callers[index % roles].addToPolicy(
      new iam.PolicyStatement({ actions: ['execute-api:Invoke'], resources: [method.methodArn] }),
    );
  }
  addDeployer(stack, callers);
}

/** A way to escalate in each stack, so that the rules about reach have something to follow. */
function addDeployer(stack, callers) {
  const code = { zipFile: 'exports.handler = async () => {};' };
  const worker = new lambda.CfnFunction(stack, 'Worker', {
    role: callers[0].roleArn,
    handler: 'index.handler',
    runtime: 'nodejs22.x',
    code,
  });
  const deployer = new iam.Role(stack, 'Deployer', { assumedBy: new iam.AccountRootPrincipal() });
  new kms.Key(stack, 'Key').grantDecrypt(deployer);
  const allow = (actions, resources) => deployer.addToPolicy(new iam.PolicyStatement({ actions, resources }));
  allow(
    ['iam:PassRole'],
    callers.slice(0, 5).map((each) => each.roleArn),
  );
  allow(['lambda:CreateFunction', 'lambda:InvokeFunction', 'lambda:UpdateFunctionCode'], [worker.attrArn]);
}
