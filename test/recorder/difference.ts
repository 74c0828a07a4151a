// Compares two recordings: lines that are only in one, and lines that differ from their counterpart.

import { isObject, type Json } from '../../lambdas/scim/json.ts';
import type { Entry } from './entries.ts';

/** The differences as text, in the order of the recordings; empty when there are none. */
export const differences = (before: readonly Entry[], after: readonly Entry[]): string[] => {
  const [old, now] = [
    before.map((entry) => JSON.stringify(entry)),
    after.map((entry) => JSON.stringify(entry)),
  ];
  const told: string[] = [];
  let [gone, come]: [Entry[], Entry[]] = [[], []];
  const tell = () => {
    for (const entry of gone) {
      const at = come.findIndex((other) => titleOf(other) === titleOf(entry));
      const [counterpart] = at < 0 ? [] : come.splice(at, 1);
      told.push(counterpart ? describe(entry, counterpart) : `- ${short(entry)}`);
    }
    told.push(...come.map((entry) => `+ ${short(entry)}`));
    [gone, come] = [[], []];
  };
  for (const [from, to] of align(old, now)) {
    const [left, right] = [before[from ?? -1], after[to ?? -1]];
    if (left && right) tell();
    else if (left) gone.push(left);
    else if (right) come.push(right);
  }
  tell();
  return told;
};

/** `http GET /…`, `command tenant list`, `event user.created`. */
const titleOf = (entry: Entry): string => {
  const [[kind, name] = ['', '']] = Object.entries(entry);
  return `${kind} ${name}`;
};

const LONGEST = 400;

const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

const short = (entry: Entry) => cut(`${titleOf(entry)} ${JSON.stringify(entry)}`);

const describe = (before: Entry, after: Entry): string =>
  [`~ ${titleOf(before)}`, ...places(before, after, '').map((place) => `    ${cut(place)}`)].join('\n');

/** The paths at which two values differ, with both values. */
const places = (before: Json | undefined, after: Json | undefined, path: string): string[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const isList = Array.isArray(before) && Array.isArray(after);
  if (!isList && !(isObject(before) && isObject(after))) {
    return [`${path}: ${JSON.stringify(before) ?? 'missing'} → ${JSON.stringify(after) ?? 'missing'}`];
  }
  const [left, right] = [Object.entries(before), Object.entries(after)];
  const names = [...new Set([...left, ...right].map(([name]) => name))];
  const [old, now] = [new Map<string, Json>(left), new Map<string, Json>(right)];
  const inner = names.flatMap((name) =>
    places(old.get(name), now.get(name), path ? `${path}.${name}` : name),
  );
  if (inner.length > 0) return inner;
  return [`${path}: order ${[...old.keys()].join(', ')} → ${[...now.keys()].join(', ')}`];
};

/** Pairs of indices, one of them undefined for a line without a match, by the longest common subsequence. */
const align = (before: readonly string[], after: readonly string[]) => {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  const [rows, columns] = [before.length - start, after.length - start];
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[start + row] === after[start + column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs: [number | undefined, number | undefined][] = [];
  for (let [row, column] = [0, 0]; row < rows || column < columns; ) {
    const isEqual = row < rows && column < columns && before[start + row] === after[start + column];
    if (isEqual) pairs.push([start + row++, start + column++]);
    else if (column >= columns || (row < rows && at(row + 1, column) >= at(row, column + 1)))
      pairs.push([start + row++, undefined]);
    else pairs.push([undefined, start + column++]);
  }
  return pairs;
};
