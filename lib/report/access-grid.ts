import type { AccessMatrix } from '../model/declared';
import type { Grid } from './grid';
import { shortNames } from './short-names';

/** The sign for "may call". */
const MAY_CALL = '●';

/** Endpoint × role. A high-value endpoint is marked with `!`. */
export function accessGrid(matrix: AccessMatrix): Grid {
  const names = shortNames(matrix.callers);
  return {
    head: ['Endpoint', ...matrix.callers.map((path) => names.get(path) ?? path)],
    rows: matrix.endpoints.map(({ endpoint, callers, highValue }) => [
      marked(endpoint, highValue),
      ...matrix.callers.map((path) => (callers.includes(path) ? MAY_CALL : '')),
    ]),
  };
}

/** The same, one line an endpoint, for many roles. */
export function accessList(matrix: AccessMatrix): Grid {
  const names = shortNames(matrix.callers);
  return {
    head: ['Endpoint', 'Callers'],
    rows: matrix.endpoints.map(({ endpoint, callers, highValue }) => [
      marked(endpoint, highValue),
      callers.map((path) => names.get(path) ?? path).join(', '),
    ]),
  };
}

function marked(endpoint: string, highValue: boolean): string {
  return highValue ? `${endpoint} !` : endpoint;
}

/** `Prod/Orders/Api, stage prod`. */
export function accessTitle({ api, stage }: AccessMatrix): string {
  return stage === undefined ? api : `${api}, stage ${stage}`;
}
