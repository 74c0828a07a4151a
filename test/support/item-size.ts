// The size of an item by DynamoDB's rules (Developer Guide, "DynamoDB item sizes and formats").

/** In bytes: attribute names, and values by their type. */
export const itemSize = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);

const OVERHEAD = 3;

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return sizeOfNumber(value);
  if (Array.isArray(value)) return OVERHEAD + value.reduce((sum, element) => sum + 1 + sizeOf(element), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return (
    OVERHEAD +
    Object.entries(value).reduce((sum, [key, part]) => sum + 1 + Buffer.byteLength(key) + sizeOf(part), 0)
  );
};

/** One byte per two significant digits, plus one. */
const sizeOfNumber = (value: number): number => {
  const digits = String(Math.abs(value))
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
};
