import { Aws } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { parseEndpointName } from '../../../lib/constructs/api/endpoint-name';
import { newStack } from './support';

describe('the name of an endpoint', () => {
  it.each([
    ['GET /', { method: 'GET', path: '/' }],
    ['GET /orders', { method: 'GET', path: '/orders' }],
    ['DELETE /orders/{id}/lines/{line-no}', { method: 'DELETE', path: '/orders/{id}/lines/{line-no}' }],
    ['POST /v1.0/orders:batch', { method: 'POST', path: '/v1.0/orders:batch' }],
  ])('is read from `%s`', (name, expected) => {
    expect(parseEndpointName(newStack(), name)).toEqual(expected);
  });

  it.each([
    ['ANY /orders', 'BH1002: endpoint `ANY /orders` takes every method, at Orders'],
    ['any /orders', 'BH1002'],
    ['* /orders', 'BH1002'],
    ['get /orders', 'BH1001: endpoint `get /orders` cannot be read, at Orders; `get` is no method'],
    ['FETCH /orders', 'BH1001'],
    ['GET', 'BH1001'],
    ['/orders', 'BH1001'],
    ['', 'BH1001'],
    ['GET  /orders', 'BH1001'],
    ['GET /orders HTTP/1.1', 'BH1001'],
    ['GET orders', 'BH1001: endpoint `GET orders` cannot be read, at Orders; its path does not start with `/`'],
    ['GET /orders/', 'its path has an empty segment'],
    ['GET //orders', 'its path has an empty segment'],
    ['GET /orders/..', 'clients resolve `..` before they call'],
    ['GET /./orders', 'clients resolve `.` before they call'],
    ['GET /orders/*', '`*` is no path segment'],
    ['GET /orders/a?c', '`a?c` is no path segment'],
    ['GET /orders/{id', '`{id` is no path segment'],
    ['GET /orders/{id}x', '`{id}x` is no path segment'],
    ['GET /orders/${x}', '`${x}` is no path segment'],
    ['GET /{id}/{id}', 'it has `{id}` twice'],
    ['GET /{proxy+}', 'BH1006: endpoint `GET /{proxy+}` has the greedy segment `{proxy+}`'],
    [`GET /${Aws.REGION}`, 'BH1001: endpoint a token cannot be read'],
  ])('is refused: `%s`', (name, message) => {
    expect(() => parseEndpointName(newStack(), name)).toThrow(message);
  });
});
