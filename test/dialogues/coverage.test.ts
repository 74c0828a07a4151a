// Every rule and row of entra-client.md that concerns the protocol is the source of a dialogue. README.md explains the
// numbering.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** The sections, with the number of rules or rows in each. */
const SECTIONS: Readonly<Record<string, number>> = {
  '0': 30,
  '3.5': 6,
  '3.7': 5,
  '3.8': 4,
  '4': 18,
  '6.1': 19,
  '6.2': 25,
  '7': 55,
  '12': 7,
};

/** Rules and rows that a dialogue of requests and responses cannot show, and why. */
const NOT_OF_THE_PROTOCOL: Readonly<Record<string, string>> = {
  '0.30': 'speed: budgets.test.ts counts what each request costs',
  '4.10': 'what others change in a group: nobody but the client can change one here',
  '6.2.21': 'client credentials: the token is a bearer token that the operator hands over',
  '6.2.22': 'federated identity: likewise',
  '7.3': 'a lookup that reads every user: budgets.test.ts',
  '7.10': 'a token endpoint: there is none',
  '7.54': 'an endpoint that cannot be reached',
};

const OTHER_CLIENTS = ['okta', 'onelogin', 'jumpcloud', 'authentik', 'google', 'ping'];

const sources = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(__dirname, name)).map((file) => join(__dirname, name, file)))
  .map((file): string => JSON.parse(readFileSync(file, 'utf8')).source);

const cited = new Set(
  sources.flatMap((source) => source.replace('entra-client', '').split(',')).map((id) => id.trim()),
);

const rows = Object.entries(SECTIONS).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
);

test('every rule and row has a dialogue, or a reason why it has none', () => {
  expect(rows.filter((row) => !cited.has(row) && !(row in NOT_OF_THE_PROTOCOL))).toEqual([]);
});

test('no reason outlives the gap that it explains', () => {
  expect(Object.keys(NOT_OF_THE_PROTOCOL).filter((row) => cited.has(row))).toEqual([]);
});

test('every other client has dialogues', () => {
  expect(OTHER_CLIENTS.filter((client) => !cited.has(`8.${client}`))).toEqual([]);
});

const mutations: readonly { readonly breaks: string; readonly file: string; readonly from: string }[] =
  JSON.parse(readFileSync(join(import.meta.dirname, 'mutations.json'), 'utf8'));

test.each(mutations)('there is one place to break so that $breaks', ({ file, from }) => {
  const code = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  expect(code.split(from)).toHaveLength(2);
});
