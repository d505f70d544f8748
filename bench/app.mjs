// The app that the benchmarks measure: ten stacks, each with an API of 80 endpoints and 20 roles, in plain CDK
// constructs, so that both rule packs see the same resources.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { App, Stack } = require('aws-cdk-lib');
const apigateway = require('aws-cdk-lib/aws-apigateway');
const iam = require('aws-cdk-lib/aws-iam');
const secretsmanager = require('aws-cdk-lib/aws-secretsmanager');

export function benchApp({ stacks = 10, endpoints = 80, roles = 20 } = {}) {
  const app = new App({ analyticsReporting: false });
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
}
