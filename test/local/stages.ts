// Synthesizes what the tests deploy. Without checks: that the example passes them is proved elsewhere.
import { App } from 'aws-cdk-lib';
import { OrdersStage } from '../../bin/example/orders-stage';
import { context } from '../../cdk.json';
import { EveryCredential } from './every-credential';

const { outdir, env, partnerPublicKey } = JSON.parse(process.argv[2]) as {
  outdir: string;
  env: { account: string; region: string };
  partnerPublicKey: string;
};
const app = new App({ analyticsReporting: false, outdir, context });
new OrdersStage(app, 'Prod', { env, auditDays: 400, deploysFrom: 'production' });
new EveryCredential(app, 'Every', { env, partnerPublicKey });
app.synth();
