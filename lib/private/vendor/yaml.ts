export { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
export type { Document, Node } from 'yaml';
