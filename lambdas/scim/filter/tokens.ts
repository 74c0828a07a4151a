// The tokenizer of filters: one pass over the characters, in linear time.

import type { ErrorCode } from '../errors/error-codes.ts';
import { type ErrorTemplate, invalidFilter, loggable, phrase } from '../errors/errors.ts';

/** A word, a quoted string, a bracket, or the end of the filter. */
export interface Token {
  readonly kind: 'word' | 'string' | '(' | ')' | '[' | ']' | 'end';
  /** As the client wrote it, including the quotes of a string. */
  readonly text: string;
  /** The content of a string, unescaped; undefined for other kinds. */
  readonly value: string | undefined;
  /** The offset in the filter, from 0. */
  readonly start: number;
}

const EXCERPT_LENGTH = 40;

/** An `invalidFilter` with the position and an excerpt: the administrator who reads it did not write the filter. */
export const filterError =
  ({ kind, text, start }: Token, code: ErrorCode<'invalidFilter'>): ErrorTemplate =>
  (...reason) => {
    const excerpt = text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
    const place = kind === 'end' ? loggable('at its end') : phrase`at character ${start + 1}, ${excerpt}`;
    return invalidFilter(code)`The filter is not valid ${place}: ${phrase(...reason)}.`;
  };

/** The tokens of `text`, ending with an `end` token. Throws invalidFilter for a string that is unterminated or not JSON. */
export const tokenize = (text: string): Token[] => {
  const tokens: Token[] = [];
  let start = 0;
  while (start < text.length) {
    const character = text[start];
    if (isSpace(character)) {
      start += 1;
      continue;
    }
    const token = character === '"' ? readString(text, start) : readWord(text, start);
    tokens.push(token);
    start += token.text.length;
  }
  tokens.push({ kind: 'end', text: '', value: undefined, start });
  return tokens;
};

const isSpace = (character: string | undefined) =>
  character === ' ' || character === '\t' || character === '\r' || character === '\n';

const isBracket = (character: string | undefined): character is '(' | ')' | '[' | ']' =>
  character === '(' || character === ')' || character === '[' || character === ']';

const readWord = (text: string, start: number): Token => {
  const first = text[start];
  if (isBracket(first)) return { kind: first, text: first, value: undefined, start };
  let end = start + 1;
  while (end < text.length && !endsWord(text[end])) end += 1;
  return { kind: 'word', text: text.slice(start, end), value: undefined, start };
};

const endsWord = (character: string | undefined) =>
  character === '"' || isSpace(character) || isBracket(character);

const readString = (text: string, start: number): Token => {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const token: Token = { kind: 'string', text: text.slice(start, end + 1), value: undefined, start };
  if (end >= text.length) throw filterError(token, 'filterText')`the closing double quote is missing`;
  const value = parseText(token);
  if (!value.isWellFormed()) throw filterError(token, 'filterText')`half of a surrogate pair is no character`;
  return { ...token, value };
};

const parseText = (token: Token): string => {
  try {
    return JSON.parse(token.text);
  } catch {
    throw filterError(
      token,
      'filterText',
    )`a value follows the rules of JSON strings, where a backslash is written \\\\`;
  }
};
