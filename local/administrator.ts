import { randomBytes } from 'node:crypto';
import { Client } from './client';
import type { Answer, Credentials } from './client';

/** Talks to the emulator itself, which asks nobody who they are: a key that is an account number is that account. */
export class Administrator {
  private readonly client: Client;
  private readonly credentials: Credentials;

  constructor(port: number, account: string) {
    this.client = new Client({ port });
    this.credentials = { accessKeyId: account, secretAccessKey: 'emulated' };
  }

  /** An operation of IAM. @throws where it fails */
  public async iam(form: Readonly<Record<string, string>>): Promise<string> {
    const { status, body } = await this.client.query(form, this.credentials, 'iam');
    if (status !== 200) throw new Error(`${form['Action']} failed: ${body}`);
    return body;
  }

  public cloudFormation(form: Readonly<Record<string, string>>): Promise<Answer> {
    return this.client.query(form, this.credentials, 'cloudformation');
  }

  public secrets(operation: string, region: string, input: unknown): Promise<Answer> {
    return this.client.secrets(operation, region, input, this.credentials);
  }

  public s3(...[method, path, region, more]: [string, string, string, Parameters<Client['s3']>[4]?]): Promise<Answer> {
    return this.client.s3(method, path, region, this.credentials, more);
  }

  public cloudWatch(form: Readonly<Record<string, string>>, region: string): Promise<Answer> {
    return this.client.query(form, this.credentials, 'monitoring', region);
  }

  /** Calls a function. */
  public invoke(name: string, region: string, event: unknown): Promise<Answer> {
    return this.client.invoke(name, region, event, this.credentials);
  }

  /** An operation of a service that speaks JSON. @throws where it fails */
  public async json<T>(target: string, service: string, region: string, input: unknown): Promise<T> {
    const { status, body } = await this.client.json(target, service, region, input, this.credentials);
    if (status !== 200) throw new Error(`${target} failed: ${body}`);
    return JSON.parse(body) as T;
  }

  /** A queue that hears what a topic says: a function that takes all that came. */
  public async listenTo(topicArn: string, region: string): Promise<() => Promise<readonly string[]>> {
    const QueueName = `heard-${randomBytes(4).toString('hex')}`;
    const sqs = <T>(operation: string, input: object) => this.json<T>(`AmazonSQS.${operation}`, 'sqs', region, input);
    const { QueueUrl } = await sqs<{ QueueUrl: string }>('CreateQueue', { QueueName });
    const Endpoint = `arn:aws:sqs:${region}:${topicArn.split(':')[4]}:${QueueName}`;
    const form = { Action: 'Subscribe', TopicArn: topicArn, Protocol: 'sqs', Endpoint };
    const { status, body } = await this.client.query(form, this.credentials, 'sns', region);
    if (status !== 200) throw new Error(`Subscribe failed: ${body}`);
    return async () => {
      const heard: string[] = [];
      for (;;) {
        const { Messages = [] } = await sqs<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
          'ReceiveMessage',
          { QueueUrl, MaxNumberOfMessages: 10 },
        );
        if (Messages.length === 0) return heard;
        for (const { Body, ReceiptHandle } of Messages) {
          heard.push((JSON.parse(Body) as { Message: string }).Message);
          await sqs('DeleteMessage', { QueueUrl, ReceiptHandle }).catch(() => undefined);
        }
      }
    };
  }
}
