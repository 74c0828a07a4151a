// What is wrong with a schema in an operator's file, in the words of the file and not of the library that read it.

import type * as v from 'valibot';

type Issue = v.BaseIssue<unknown>;

/** `attributes[0].type: must be string, boolean or reference, not "text".`; `root` is where the operator's file begins. */
export const sentenceAbout = (issue: Issue, root: readonly string[]): string => {
  const keys = (issue.path ?? []).map(({ key }) => key);
  const isBelowRoot = root.every((key, index) => keys[index] === key);
  const where = pathOf(isBelowRoot ? keys.slice(root.length) : keys);
  return `${where || 'The file'}: ${complaint(issue)}.`;
};

const pathOf = (keys: readonly unknown[]): string =>
  keys
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');

/** Our own messages are sentences already; those of the library begin with `Invalid`. */
const complaint = ({ message, type, expected, received, input }: Issue): string => {
  if (!message.startsWith('Invalid ')) return message;
  if (expected === 'never') return 'there is no such member in a schema; check its spelling';
  if (received === 'undefined') return 'is missing';
  if (type === 'non_empty') return 'must not be empty';
  return `must be ${nounOf(expected ?? '')}, not ${shown(input)}`;
};

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  Object: 'an object',
  Array: 'a list',
};

/** `("a" | "b")` is what a list of choices is called there. */
const nounOf = (expected: string): string => {
  const choices = [...expected.matchAll(/"([^"]*)"/g)].map(([, choice]) => choice);
  if (choices.length === 0) return NOUNS[expected] ?? expected;
  return [choices.slice(0, -1).join(', '), choices.at(-1)].filter(Boolean).join(' or ');
};

const shown = (input: unknown): string => {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object' && input !== null) return 'an object';
  return JSON.stringify(input)?.slice(0, 60) ?? String(input);
};
