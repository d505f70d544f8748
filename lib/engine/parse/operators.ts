const OPERATORS = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Null',
];
const CANONICAL = new Map(OPERATORS.map((name) => [name.toLowerCase(), name]));

/** A condition operator taken apart. */
export interface Operator {
  /** In the case of the AWS documentation where it is one of AWS, else as in the source. */
  readonly operator: string;
  readonly qualifier?: 'ForAnyValue' | 'ForAllValues';
  readonly ifExists: boolean;
}

/** Takes `ForAllValues:StringLikeIfExists` apart. */
export function parseOperator(source: string): Operator {
  const [, qualifier, rest] = /^(?:(ForAnyValue|ForAllValues):)?(.*)$/is.exec(source) as RegExpExecArray;
  const ifExists = /IfExists$/i.test(rest);
  const name = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  return {
    operator: CANONICAL.get(name.toLowerCase()) ?? name,
    ifExists,
    ...(qualifier === undefined
      ? {}
      : { qualifier: qualifier.toLowerCase() === 'foranyvalue' ? 'ForAnyValue' : 'ForAllValues' }),
  };
}
