import type { Credentials } from './client';
import type { DeployedStage } from './deployed';
import type { SecretFact } from './guard/facts';
import type { LocalCloud } from './local-cloud';

const PATIENCE_SECONDS = 30;

/** Waits until no rotation of a secret runs, and says how it then stands. */
export async function settled(cloud: LocalCloud, { account, region }: DeployedStage, arn: string): Promise<SecretFact> {
  for (let waited = 0; waited < PATIENCE_SECONDS * 1000; waited += 50) {
    const secret = await cloud.facts.secret(account, region, arn);
    if (secret === null) throw new Error(`there is no secret ${arn}`);
    if (!secret.rotating) return secret;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the rotation of ${arn} does not end`);
}

/** The version that carries a label. */
export function holderOf(label: string, { versions }: SecretFact): string | undefined {
  return Object.entries(versions).find(([, labels]) => labels.includes(label))?.[0];
}

/** Asks for a rotation past the guard, as Secrets Manager does on its schedule, and waits until nothing runs. */
export async function tryToRotate(cloud: LocalCloud, stage: DeployedStage, arn: string): Promise<SecretFact> {
  await cloud.past(stage.account).secrets('RotateSecret', stage.region, { SecretId: arn });
  return settled(cloud, stage, arn);
}

/** Rotates a secret past the guard, as Secrets Manager does on its schedule, and waits for the end. */
export async function rotate(cloud: LocalCloud, stage: DeployedStage, arn: string): Promise<SecretFact> {
  const before = holderOf('AWSCURRENT', await settled(cloud, stage, arn));
  const answer = await cloud.past(stage.account).secrets('RotateSecret', stage.region, { SecretId: arn });
  if (answer.status !== 200) throw new Error(`RotateSecret of ${arn} failed: ${answer.body}`);
  const after = await settled(cloud, stage, arn);
  if (holderOf('AWSCURRENT', after) === before) throw new Error(`the rotation of ${arn} failed:\n${cloud.log}`);
  return after;
}

/** The value of a secret as its reader gets it, through the guard. */
export async function valueOf(
  cloud: LocalCloud,
  { region }: DeployedStage,
  arn: string,
  reader: Credentials,
  label = 'AWSCURRENT',
): Promise<string> {
  const answer = await cloud.client.secrets('GetSecretValue', region, { SecretId: arn, VersionStage: label }, reader);
  if (answer.status !== 200) throw new Error(`GetSecretValue of ${arn} failed: ${answer.body}`);
  return (JSON.parse(answer.body) as { SecretString: string }).SecretString;
}
