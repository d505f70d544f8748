/**
 * Whether a JSON log event matches a filter pattern of CloudWatch Logs: `=`, `!=`, numbers, `EXISTS`, `&&`, `||`,
 * brackets, and `*` at either end of a text.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function matchesFilter(pattern: string, event: unknown): boolean {
  const tokens = pattern.match(/\$\.[\w.]+|"[^"]*"|&&|\|\||!=|>=|<=|[=<>(){}]|NOT EXISTS|-?\d+(?:\.\d+)?|\S+/g) ?? [];
  let at = 0;
  const next = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`expected ${expected ?? 'more'} at ${token} of ${pattern}`);
    }
    return token;
  };
  const term = (): boolean => {
    if (tokens[at] === '(') {
      next('(');
      const inner = either();
      next(')');
      return inner;
    }
    const value = next()
      .slice(2)
      .split('.')
      .reduce((each: any, key) => each?.[key], event);
    const operator = next();
    if (operator === 'NOT EXISTS') return value === undefined;
    const operand = next();
    if (operand.startsWith('"')) {
      const found = value !== undefined && textMatches(operand.slice(1, -1), String(value));
      // A field that is not there is not equal to anything, and not unequal either.
      return operator === '=' ? found : value !== undefined && !found;
    }
    const [is, than] = [Number(value), Number(operand)];
    if (value === undefined) return false;
    return { '=': is === than, '!=': is !== than, '>': is > than, '<': is < than, '>=': is >= than, '<=': is <= than }[
      operator
    ] as boolean;
  };
  const both = (): boolean => {
    let all = term();
    while (tokens[at] === '&&') {
      next('&&');
      all = term() && all;
    }
    return all;
  };
  const either = (): boolean => {
    let any = both();
    while (tokens[at] === '||') {
      next('||');
      any = both() || any;
    }
    return any;
  };
  next('{');
  const result = either();
  next('}');
  return result;
}

function textMatches(pattern: string, text: string): boolean {
  const inner = pattern.replace(/^\*|\*$/g, '');
  if (pattern.startsWith('*'))
    return pattern.endsWith('*') && pattern !== '*' ? text.includes(inner) : text.endsWith(inner);
  return pattern.endsWith('*') ? text.startsWith(inner) : text === pattern;
}
