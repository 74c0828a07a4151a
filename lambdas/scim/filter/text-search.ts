// The `co` operator on long text. `String.includes` is quadratic in the worst case (such as aaaabaaaa in a text of a's
// only), which a client could use to block a function for half a second.

/** The product of the lengths up to which `String.includes` is fast enough. */
const NATIVE_LIMIT = 1_000_000;

/** Whether `pattern` occurs in `text`, in time linear in the sum of their lengths. */
export const containsText = (text: string, pattern: string): boolean =>
  text.length * pattern.length <= NATIVE_LIMIT ? text.includes(pattern) : search(text, pattern);

/** Knuth-Morris-Pratt: never goes back in `text` after a mismatch. */
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

/** The length of the matched prefix of `pattern` after one more character; `matched` is the length before it. */
const extend = (pattern: string, borders: Uint32Array, matched: number, character: number): number => {
  let length = matched;
  while (length > 0 && pattern.charCodeAt(length) !== character) length = borders[length - 1] ?? 0;
  return pattern.charCodeAt(length) === character ? length + 1 : 0;
};
