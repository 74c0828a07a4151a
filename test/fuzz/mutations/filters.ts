// Mutations of filters and PATCH paths by their grammar: tokens are swapped, doubled, dropped, and put into others' places.

import type { Random } from '../random.ts';
import { anyText, attributeNames, bendName, oddNames, oddNumbers } from './texts.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|[()[\]]|[^\s()[\]"]+|\s+/g;

const operators = [
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'ge',
  'lt',
  'le',
  'pr',
  'EQ',
  'like',
  'in',
  'and',
  'or',
  'not',
];

const literal = (random: Random): string =>
  random.pick([
    () => JSON.stringify(anyText(random)),
    () => `"${anyText(random)}"`,
    () => random.pick(oddNumbers),
    () =>
      random.pick(['true', 'false', 'null', 'True', '""', "'x'", 'x', '2015-10-10T14:38:21Z', '[]', '{}']),
  ])();

const attribute = (random: Random): string => {
  const name = random.pick(random.chance(0.8) ? attributeNames : oddNames);
  return random.chance(0.2) ? bendName(random, name) : name;
};

const condition = (random: Random): string =>
  `${attribute(random)} ${random.pick(operators)} ${literal(random)}`;

/** A filter that is valid as often as not. */
export const anyFilter = (random: Random, depth = 2): string => {
  if (depth <= 0 || random.chance(0.4)) return condition(random);
  const inner = () => anyFilter(random, depth - 1);
  return random.pick([
    () => `${inner()} and ${inner()}`,
    () => `${inner()} or ${inner()}`,
    () => `not (${inner()})`,
    () => `(${inner()})`,
    () => `${attribute(random)}[${inner()}]`,
    () => `${attribute(random)} pr`,
    () => `${attribute(random)}[${inner()}] and ${inner()}`,
  ])();
};

const replaceToken = (random: Random, token: string): string => {
  if (token.startsWith('"')) return literal(random);
  if (operators.includes(token.toLowerCase())) return random.pick(operators);
  if (/^\s+$/.test(token)) return random.pick(['', '  ', '\t', '\u00a0', '+']);
  if (/^[()[\]]$/.test(token)) return random.pick(['(', ')', '[', ']', '']);
  return random.pick([attribute(random), literal(random), bendName(random, token)]);
};

/** One change to a filter, or to a path with one in its brackets. */
export const bendFilter = (random: Random, filter: string): string => {
  const tokens: readonly string[] = filter.match(TOKEN) ?? [];
  if (tokens.length === 0 || random.chance(0.15)) return anyFilter(random);
  const at = random.below(tokens.length);
  const token = tokens[at] ?? '';
  return random.pick([
    () => tokens.with(at, replaceToken(random, token)).join(''),
    () => tokens.with(at, replaceToken(random, token)).join(''),
    () => tokens.toSpliced(at, 1).join(''),
    () => tokens.toSpliced(at, 0, token, ' ').join(''),
    () => tokens.toReversed().join(''),
    () => `not (${filter})`,
    () => `(${filter}) ${random.pick(['and', 'or'])} ${anyFilter(random, 1)}`,
    () => `${random.pick(attributeNames)}[${filter}]`,
    () => `${'('.repeat(random.pick([2, 40, 4000]))}${filter}${')'.repeat(random.pick([1, 2, 40]))}`,
    () =>
      Array.from({ length: random.pick([3, 30, 200]) }, () => filter).join(random.pick([' or ', ' and '])),
    () => `${filter}.${random.pick(attributeNames)}`,
  ])();
};
