// The `co` operator on long text. `String.includes` may take the product of both lengths (a pattern such as aaaabaaaa in
// a text of nothing but a), which a client could choose to hold a function for half a second.

const NATIVE_LIMIT = 1_000_000;

/** Whether `pattern` occurs in `text`, in time that grows with the sum of their lengths. */
export const containsText = (text: string, pattern: string): boolean =>
  text.length * pattern.length <= NATIVE_LIMIT ? text.includes(pattern) : search(text, pattern);

/** Knuth, Morris and Pratt: no character of `text` is read again after a mismatch. */
const search = (text: string, pattern: string): boolean => {
  const borders = bordersOf(pattern);
  let matched = 0;
  for (let index = 0; index < text.length; index++) {
    matched = extend(pattern, borders, matched, text.charCodeAt(index));
    if (matched === pattern.length) return true;
  }
  return false;
};

/** For each prefix of `pattern`, the length of its longest proper prefix that is also its suffix. */
const bordersOf = (pattern: string): Uint32Array => {
  const borders = new Uint32Array(pattern.length);
  for (let index = 1; index < pattern.length; index++) {
    borders[index] = extend(pattern, borders, borders[index - 1] ?? 0, pattern.charCodeAt(index));
  }
  return borders;
};

/** How much of `pattern` is matched after one more character, when `matched` was before it. */
const extend = (pattern: string, borders: Uint32Array, matched: number, character: number): number => {
  let length = matched;
  while (length > 0 && pattern.charCodeAt(length) !== character) length = borders[length - 1] ?? 0;
  return pattern.charCodeAt(length) === character ? length + 1 : 0;
};
