// docs/cost.md calculates right: its tables follow from the prices and quantities that it names.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const page = readFileSync(join(import.meta.dirname, '../../docs/cost.md'), 'utf8');

const rowsUnder = (heading: string): string[][] => {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

const number = (text = '') => Number(text.replaceAll(',', ''));

/** USD of one: the page has them for a million, or as many as the third column begins with. */
const prices = new Map(
  rowsUnder('Prices').map(([what = '', usd, per = '']) => [what, number(usd) / number(per.split(' ')[0])]),
);
const quantities = new Map(rowsUnder('Quantities').map(([what = '', value]) => [what, number(value)]));

const at = (values: ReadonlyMap<string, number>, name: string): number => {
  const value = values.get(name);
  if (value === undefined || Number.isNaN(value)) throw new Error(`The page has no number for ${name}.`);
  return value;
};
const price = (name: string) => at(prices, name);
const of = (name: string) => at(quantities, name);

const GB = 1_000_000; // in KB

const aFunctionRequest = () =>
  price('function request') + of('GB-seconds of a request') * price('function time');

const month = (tenants: number, users: number): number[] => {
  const cycles = tenants * of('requests of a tenant');
  const requests = users * of('requests of a user') + cycles;
  const stored = (users * of('stored KB of a user')) / GB;
  const events = users * of('events of a user');
  const parts = [
    of('fixed'),
    tenants * price('secret') + cycles * price('secret request'),
    requests * price('gateway request'),
    // The authorizer is asked once in a cycle, because the gateway has forgotten the token since the last one.
    (requests + cycles) * aFunctionRequest(),
    users *
      (of('write units of a user') * price('write unit') + of('read units of a user') * price('read unit')) +
      stored * (price('table storage') + price('table backup')),
    events * (price('event') + of('queue requests of an event') * price('queue request')) +
      (events / GB) * price('archived event'),
    ((requests * of('log KB of a request')) / GB) * price('log'),
  ];
  return [...parts, parts.reduce((sum, part) => sum + part, 0)];
};

const firstCycle = (users: number): number => {
  const requests = users * of('requests of a creation');
  return (
    requests * (price('gateway request') + aFunctionRequest()) +
    users * of('write units of a creation') * price('write unit') +
    users * of('read units of a creation') * price('read unit') +
    users * (price('event') + of('queue requests of an event') * price('queue request')) +
    ((requests * of('log KB of a request')) / GB) * price('log')
  );
};

const usd = (value: number) => Math.round(value).toLocaleString('en');

test('the table of months is what the formulas give, for 10 to 10,000 tenants with 1 and 10 million users', () => {
  const wanted = [1_000_000, 10_000_000].flatMap((users) =>
    [10, 100, 1_000, 10_000].map((tenants) => [
      tenants.toLocaleString('en'),
      users.toLocaleString('en'),
      ...month(tenants, users).map(usd),
    ]),
  );
  expect(rowsUnder('A month')).toEqual(wanted);
});

test('so is the first cycle', () => {
  const [, one, ten] =
    /The first cycle is paid once: ([\d,]+) USD for a million users, ([\d,]+) for ten\./.exec(page) ?? [];
  expect([one, ten]).toEqual([usd(firstCycle(1_000_000)), usd(firstCycle(10_000_000))]);
});
