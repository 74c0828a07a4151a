// The costliest PATCH and POST bodies that a client can send: npm run bench:patch.
// Exits 1 when one of them takes more than 250 ms of CPU, whether it is applied or refused.

import { readPatchBody, readResourceBody } from '../../lambdas/dialect/dialect.ts';
import { ScimError } from '../../lambdas/scim/errors/errors.ts';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import { applyPatch } from '../../lambdas/scim/patch/patch.ts';
import { PATCH_OP_SCHEMA, parsePatchRequest } from '../../lambdas/scim/patch/request.ts';
import { parseResource } from '../../lambdas/scim/resource.ts';
import { userType } from '../../lambdas/scim/schemas/resource-types.ts';

const LIMIT_MILLISECONDS = 250;
const ROUNDS = 5;

const list = (length: number, make: (index: number) => Json): Json[] =>
  Array.from({ length }, (_, index) => make(index));
const values = (length: number) => list(length, (index) => ({ value: `v${index}` }));
const keys = (length: number, make: (index: number) => string, value: Json) =>
  Object.fromEntries(Array.from({ length }, (_, index) => [make(index), value]));
const conditions = (count: number) => list(count, (index) => `value eq "nobody-${index}"`).join(' or ');
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const patches: [string, JsonObject, Json[]][] = [
  [
    '1,000 operations that select among 20,000 values',
    { emails: values(20_000) },
    list(1000, (index) => ({ op: 'replace', path: `emails[value eq "v${index}"].display`, value: 'x' })),
  ],
  [
    '1,000 operations that select by many conditions',
    { emails: values(1000) },
    list(1000, () => ({ op: 'remove', path: `emails[${conditions(25)}]` })),
  ],
  [
    '1,000 operations that search a long text',
    { emails: [{ value: 'é'.repeat(190_000) }] },
    list(1000, (index) => ({ op: 'remove', path: `emails[value co "v${index}"]` })),
  ],
  [
    '1,000 operations that each create a value',
    {},
    list(1000, (index) => ({ op: 'Replace', path: `ims[type eq "t${index}"].value`, value: 'x' })),
  ],
  [
    '1,000 operations that each add a value to 20,000',
    { emails: values(20_000) },
    list(1000, (index) => ({ op: 'add', path: 'emails', value: [{ value: `w${index}` }] })),
  ],
  [
    '1,000 operations that each add a primary value to 20,000',
    { emails: values(20_000) },
    list(1000, (index) => ({ op: 'add', path: 'emails', value: [{ value: `w${index}`, primary: true }] })),
  ],
  ['24,000 values to add', {}, [{ op: 'add', path: 'roles', value: values(24_000) }]],
  [
    '24,000 values to remove',
    { roles: values(100) },
    [{ op: 'Remove', path: 'roles', value: values(24_000) }],
  ],
  ['49,000 texts to add', {}, [{ op: 'add', path: 'emails', value: list(49_000, (index) => `a${index}`) }]],
  [
    '5,000 keys with filters',
    {},
    [{ op: 'add', value: keys(5000, (index) => `ims[type eq "${index}"].value`, 'x') }],
  ],
  ['49,000 unknown keys', {}, [{ op: 'add', value: keys(49_000, (index) => `k${index}`, 1) }]],
  [
    '49,000 parts of a value',
    {},
    [{ op: 'add', path: 'name', value: keys(49_000, (index) => `k${index}`, null) }],
  ],
  ['half a million numbers', {}, [{ op: 'add', path: 'emails', value: list(500_000, () => 1) }]],
  ['a path of a megabyte', {}, [{ op: 'Add', path: 'a.'.repeat(500_000), value: 'x' }]],
  ['a filter of a megabyte', {}, [{ op: 'Add', path: `emails[${'a '.repeat(500_000)}]`, value: 'x' }]],
  ['half a million brackets', {}, [{ op: 'add', path: 'emails', value: JSON.parse(nested(500_000)) }]],
  ['a role of a megabyte', {}, [{ op: 'Add', path: 'roles', value: `{"value":${nested(500_000)}}` }]],
];

const resources: [string, JsonObject][] = [
  ['24,000 values in a POST', { emails: values(24_000) }],
  ['49,000 texts in a POST', { emails: list(49_000, (index) => `a${index}`) }],
  ['49,000 unknown keys in a POST', keys(49_000, (index) => `urn:k:${index}`, {})],
];

const patch = (attributes: JsonObject, operations: Json[]) => {
  const body = { schemas: [PATCH_OP_SCHEMA], Operations: operations };
  applyPatch(attributes, parsePatchRequest(readPatchBody(body, userType), userType), userType);
};

/** CPU milliseconds and the outcome; the best of a few rounds, what the core does when nobody else wants it. */
const measure = (work: () => void): [milliseconds: number, outcome: string] => {
  let outcome = 'done';
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    try {
      work();
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      outcome = `refused: ${error.message.slice(0, 60)}`;
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return [Math.min(...rounds), outcome];
};

const works: [string, () => void][] = [
  ...patches.map(([name, attributes, operations]): [string, () => void] => [
    name,
    () => patch({ userName: 'ann', ...attributes }, operations),
  ]),
  ...resources.map(([name, body]): [string, () => void] => [
    name,
    () => parseResource(readResourceBody({ userName: 'ann', ...body }, userType), userType),
  ]),
];

for (const [name, work] of works) {
  const [milliseconds, outcome] = measure(work);
  console.log(`${milliseconds.toFixed(0).padStart(5)} ms  ${name.padEnd(56)}  ${outcome}`);
  if (milliseconds > LIMIT_MILLISECONDS) process.exitCode = 1;
}
