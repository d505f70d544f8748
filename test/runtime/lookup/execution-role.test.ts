import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { handler } from '../../../lib/runtime/find-execution-role.handler';
import { executionRole } from '../../../lib/runtime/lookup/execution-role';
import type { LookupEvent } from '../../../lib/runtime/lookup/execution-role';

const FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:Orders-Admin';
const ROLE = 'arn:aws:iam::111122223333:role/Orders-Rotation-1ABC';

const event = (more: Partial<LookupEvent> = {}): LookupEvent => ({
  RequestType: 'Create',
  ResponseURL: 'https://cloudformation.example/answer',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Found',
  ResourceProperties: { FunctionArn: FUNCTION },
  ...more,
});

const runsAs = (Role: string | undefined) => ({ send: vi.fn(() => Promise.resolve({ Role })) }) as any;

describe('the role that a function runs as', () => {
  it('is told by its name, as another resource for another function', async () => {
    expect(await executionRole(event(), runsAs(ROLE))).toEqual({
      Status: 'SUCCESS',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Found',
      PhysicalResourceId: FUNCTION,
      Data: { RoleName: 'Orders-Rotation-1ABC' },
    });
  });

  it.each([
    ['of another account', 'arn:aws:iam::444455556666:role/Orders-Rotation'],
    ['with a path', 'arn:aws:iam::111122223333:role/service/Orders-Rotation'],
    ['that is none', undefined],
    ['that is a user', 'arn:aws:iam::111122223333:user/me'],
    ['that is a pattern', 'arn:aws:iam::111122223333:role/*'],
  ])('is refused where it is one %s', async (_, role) => {
    const answer = await executionRole(event(), runsAs(role));
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('expected a role of account') });
    expect(answer).not.toHaveProperty('Data');
  });

  it('is refused where the function is named by anything but its ARN', async () => {
    for (const FunctionArn of [undefined, 'Orders-Admin', `${FUNCTION}:1:2`, { a: 1 }]) {
      const client = runsAs(ROLE);
      const answer = await executionRole(event({ ResourceProperties: { FunctionArn } }), client);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.any(String) });
      expect(client.send).not.toHaveBeenCalled();
    }
  });

  it('is a failure where Lambda does not say, and is not asked at all when the resource goes', async () => {
    const denied = { send: () => Promise.reject(new Error('AccessDenied')) } as any;
    expect(await executionRole(event({ PhysicalResourceId: 'before' }), denied)).toMatchObject({
      Status: 'FAILED',
      Reason: 'AccessDenied',
      PhysicalResourceId: 'before',
    });
    expect(await executionRole(event({ RequestType: 'Delete', PhysicalResourceId: FUNCTION }), denied)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: FUNCTION,
    });
  });
});

describe('the handler', () => {
  let server: Server;
  afterEach(() => {
    server.close();
    vi.restoreAllMocks();
  });

  /** Listens where the answer goes, and says what it got. */
  function listen(status: number): Promise<{ readonly url: string; readonly got: Promise<any> }> {
    return new Promise((ready) => {
      const got = new Promise((done) => {
        server = createServer((request, response) => {
          let body = '';
          request.on('data', (part) => (body += part));
          request.on('end', () => {
            response.writeHead(status).end();
            done({ method: request.method, type: request.headers['content-type'], body: JSON.parse(body) });
          });
        });
      });
      server.listen(0, '127.0.0.1', () => {
        ready({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`, got });
      });
    });
  }

  it('puts the answer where CloudFormation waits for it, without a content type, for which the address is signed', async () => {
    vi.spyOn(LambdaClient.prototype, 'send').mockImplementation((() => Promise.resolve({ Role: ROLE })) as any);
    const { url, got } = await listen(200);
    await handler(event({ ResponseURL: url }));
    const { method, type, body } = await got;
    expect({ method, type: type ?? '' }).toEqual({ method: 'PUT', type: '' });
    expect(body).toMatchObject({ Status: 'SUCCESS', Data: { RoleName: 'Orders-Rotation-1ABC' } });
  });

  it('fails where the answer is not taken', async () => {
    const { url } = await listen(403);
    await expect(handler(event({ RequestType: 'Delete', ResponseURL: url }))).rejects.toThrow('403');
  });
});
