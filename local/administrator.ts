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
}
