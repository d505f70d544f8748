type Json = any;

/**
 * Whether an event matches a pattern of EventBridge: the operators that this project uses, and no others.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesEvent(pattern: Json, event: Json): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = event?.[key];
    if (!Array.isArray(wanted)) return typeof value === 'object' && value !== null && matchesEvent(wanted, value);
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((one) => values.some((each) => matchesValue(one, each)));
  });
}

function matchesValue(wanted: Json, value: Json): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  const [[operator, operand], ...others] = Object.entries(wanted) as [[string, Json]];
  if (others.length > 0) throw new Error('one operator at a time');
  if (operator === 'exists') return (value !== undefined) === operand;
  if (operator === 'prefix') return typeof value === 'string' && value.startsWith(operand);
  if (operator === 'anything-but') return value !== undefined && ![operand].flat().includes(value);
  throw new Error(`the operator ${operator} is not known here`);
}
