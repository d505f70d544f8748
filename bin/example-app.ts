#!/usr/bin/env node
// The example that cdk.json runs: an orders API, once for development and once for production. Copy from it.
import { App } from 'aws-cdk-lib';
import { Bulkhead, Environment } from '../lib';
import { awsSolutions } from './example/aws-solutions';
import { ordersSeparation } from './example/orders-duties';
import { OrdersStage } from './example/orders-stage';

const app = new App();
const dev = new OrdersStage(app, 'Dev', {
  env: { account: '444455556666', region: 'eu-west-1' },
  auditDays: 7,
  deploysFrom: 'development',
});
const prod = new OrdersStage(app, 'Prod', {
  env: { account: '111122223333', region: 'eu-west-1' },
  auditDays: 400,
  deploysFrom: 'production',
});

Environment.DEVELOPMENT.holds(dev);
Environment.PRODUCTION.holds(prod);
Bulkhead.protect(app, { separation: ordersSeparation([dev, prod]) });
awsSolutions(app, [dev, prod]);
app.synth();
