// Loaded into every function: what it would `fetch` from a host of AWS, it fetches from the guard under the same name.
// The SDK finds the guard by AWS_ENDPOINT_URL.
'use strict';

const stock = globalThis.fetch;
const OF_AWS = /\.(amazonaws|amazoncognito)\.com$/;

globalThis.fetch = (input, init = {}) => {
  const url = new URL(String(input?.url ?? input));
  return OF_AWS.test(url.hostname) ? fromGuard(url, init) : stock(input, init);
};

/** Not by `fetch`, which sets the host header itself. */
function fromGuard({ hostname, pathname, search }, { method = 'GET', headers, body, signal }) {
  const { protocol, hostname: guard, port } = new URL(process.env.AWS_ENDPOINT_URL);
  const { request } = require(protocol === 'https:' ? 'node:https' : 'node:http');
  const options = {
    host: guard,
    port,
    method,
    path: pathname + search,
    headers: { ...Object.fromEntries(new Headers(headers)), host: hostname },
    servername: 'localhost',
    signal,
  };
  return new Promise((resolve, reject) => {
    const call = request(options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode })));
    });
    call.on('error', reject);
    call.end(body);
  });
}
