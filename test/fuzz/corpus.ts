// The valid requests that are mutated: what real clients send (test/dialogues), and what none of them does.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import type { FuzzRequest } from './request.ts';
import { BADGE_SCHEMA, TEAM_SCHEMA, THING_SCHEMA, thingBody } from './schemas.ts';
import { treeOf } from './tree.ts';

const DIALOGUES = join(__dirname, '..', 'dialogues');

interface Step {
  readonly request: string;
  readonly filter?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Json;
  readonly keepId?: string;
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The users and groups that a dialogue keeps become those that every fuzzed tenant has. */
const renamed = (steps: readonly Step[]): Map<string, string> => {
  const names = new Map([['n', '1']]);
  let users = 0;
  let groups = 0;
  for (const { request, keepId } of steps) {
    if (keepId === undefined) continue;
    const isGroup = request.startsWith('POST /Groups');
    names.set(keepId, isGroup ? `{{group${(groups++ % 2) + 1}}}` : `{{user${(users++ % 3) + 1}}}`);
  }
  return names;
};

/** A creation that repeats a name is a 409 and tries little: each case has names of its own. */
const withOwnNames = (body: JsonObject): JsonObject => ({
  ...body,
  ...(typeof body.userName === 'string' && { userName: `{{case}}.${body.userName}` }),
  ...(typeof body.displayName === 'string' &&
    !('userName' in body) && { displayName: `{{case}} ${body.displayName}` }),
});

const isCreation = (method: string) => method === 'POST' || method === 'PUT';

const requestOf = (step: Step, names: ReadonlyMap<string, string>): FuzzRequest => {
  const rename = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => names.get(name) ?? whole);
  const [method = '', url = ''] = rename(step.request).split(' ');
  const [path = '', query = ''] = url.split('?');
  const body: Json = JSON.parse(rename(JSON.stringify(step.body ?? null)));
  const own = isCreation(method) ? withOwnNames(body as JsonObject) : body;
  return {
    method,
    path,
    query: [
      ...new URLSearchParams(query),
      ...(step.filter === undefined ? [] : [['filter', rename(step.filter)] as const]),
    ],
    headers: step.headers ?? {},
    body: body === null ? undefined : treeOf(own),
  };
};

const fromDialogues = (): FuzzRequest[] =>
  readdirSync(DIALOGUES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(DIALOGUES, name)).map((file) => join(DIALOGUES, name, file)))
    .sort()
    .flatMap((file) => {
      const { steps } = JSON.parse(readFileSync(file, 'utf8')) as { steps: Step[] };
      const names = renamed(steps);
      return steps.map((step) => requestOf(step, names));
    });

const send = (method: string, url: string, body?: Json): FuzzRequest => {
  const [path = '', query = ''] = url.split('?');
  return {
    method,
    path,
    query: [...new URLSearchParams(query)],
    headers: {},
    body: body === undefined ? undefined : treeOf(body),
  };
};

const patch = (path: string, ...Operations: Json[]) =>
  send('PATCH', path, { schemas: [PATCH_OP], Operations });

const wholeUser: JsonObject = {
  schemas: [USER, ENTERPRISE, BADGE_SCHEMA],
  externalId: 'x{{case}}',
  userName: '{{case}}@fuzz.example',
  name: { formatted: 'Ada Lovelace', familyName: 'Lovelace', givenName: 'Ada', honorificPrefix: 'Lady' },
  displayName: 'Ada',
  nickName: 'A',
  profileUrl: 'https://fuzz.example/ada',
  title: 'Countess',
  userType: 'Employee',
  preferredLanguage: 'en-GB',
  locale: 'en-GB',
  timezone: 'Europe/London',
  active: true,
  emails: [
    { value: '{{case}}@fuzz.example', type: 'work', primary: true },
    { value: 'h{{case}}@fuzz.example', type: 'home', display: 'home' },
  ],
  phoneNumbers: [{ value: '+44 1', type: 'work' }],
  ims: [{ value: 'ada', type: 'xmpp' }],
  photos: [{ value: 'https://fuzz.example/ada.png', type: 'photo' }],
  addresses: [
    {
      type: 'work',
      streetAddress: '1 Row',
      locality: 'London',
      region: 'L',
      postalCode: 'W1',
      country: 'GB',
    },
  ],
  entitlements: [{ value: 'all' }],
  roles: [{ value: 'admin', primary: true }],
  x509Certificates: [{ value: 'aGVsbG8=' }],
  [ENTERPRISE]: {
    employeeNumber: '7',
    costCenter: 'c',
    organization: 'o',
    division: 'd',
    department: 'x',
    manager: { value: '{{user2}}' },
  },
  [BADGE_SCHEMA]: { badge: 'B{{case}}', floor: 3, doors: ['a', 'b'], desk: { room: 'R', height: 0.7 } },
};

const wholeGroup: JsonObject = {
  schemas: [GROUP, TEAM_SCHEMA],
  externalId: 'g{{case}}',
  displayName: 'Group {{case}}',
  members: [{ value: '{{user1}}' }, { value: '{{group2}}', type: 'Group' }],
  [TEAM_SCHEMA]: { budget: 1.5, lead: '{{user1}}', since: '2026-01-02T03:04:05Z' },
};

const filters = [
  'userName eq "a@fuzz.example"',
  'not (emails[type eq "work" and value co "@"]) or name.familyName pr',
  'meta.lastModified gt "2020-01-01T00:00:00Z" and active eq true',
  `${ENTERPRISE}:manager.value eq "{{user2}}"`,
  `${BADGE_SCHEMA}:floor ge 2`,
  'externalId eq "x1"',
  'emails.value eq "a@fuzz.example"',
  'groups.value eq "{{group1}}"',
];

const search = (path: string, filter: string, more: JsonObject = {}) =>
  send('POST', path, {
    schemas: [SEARCH],
    filter,
    attributes: ['id', 'meta'],
    startIndex: 1,
    count: 5,
    ...more,
  });

const own = (): FuzzRequest[] => [
  send('POST', '/Users', wholeUser),
  send('PUT', '/Users/{{user1}}', wholeUser),
  send('POST', '/Groups', wholeGroup),
  send('PUT', '/Groups/{{group1}}', {
    ...wholeGroup,
    members: [{ value: '{{user1}}' }, { value: '{{user3}}' }],
  }),
  send('POST', '/Things', { schemas: [THING_SCHEMA], ...thingBody }),
  send('PUT', '/Things/{{thing1}}', { schemas: [THING_SCHEMA], ...thingBody }),
  send('GET', '/Things/{{thing1}}?attributes=notes,parts.value'),
  send('GET', '/Users/{{user1}}?attributes=groups'),
  send('GET', '/Groups/{{group1}}?excludedAttributes=members'),
  patch('/Things/{{thing1}}', { op: 'add', path: 'tags', value: ['c'] }),
  patch('/Things/{{thing1}}', { op: 'replace', value: { count: 8, owner: { value: 'you' }, pin: '5' } }),
  patch('/Things/{{thing1}}', { op: 'replace', path: 'parts[type eq "x"].weight', value: 2 }),
  patch('/Things/{{thing1}}', { op: 'remove', path: 'parts[value eq "q"]' }),
  patch('/Users/{{user1}}', { op: 'add', value: wholeUser }),
  patch('/Users/{{user1}}', {
    op: 'replace',
    path: 'emails[type eq "work"].value',
    value: 'n{{case}}@fuzz.example',
  }),
  patch('/Users/{{user1}}', { op: 'replace', path: `${ENTERPRISE}:manager`, value: '{{user3}}' }),
  patch('/Users/{{user1}}', { op: 'remove', path: `${ENTERPRISE}` }),
  patch('/Users/{{user1}}', { op: 'replace', path: `${BADGE_SCHEMA}:desk.height`, value: 0.5 }),
  patch('/Users/{{user1}}', { op: 'replace', path: 'active', value: false }),
  patch('/Users/{{user1}}', { op: 'replace', path: 'addresses', value: [{ type: 'home', country: 'NL' }] }),
  patch('/Groups/{{group1}}', { op: 'add', path: 'members', value: [{ value: '{{user3}}' }] }),
  patch('/Groups/{{group1}}', { op: 'remove', path: 'members[value eq "{{user3}}"]' }),
  patch('/Groups/{{group1}}', { op: 'replace', path: 'members', value: [{ value: '{{user1}}' }] }),
  patch('/Groups/{{group1}}', { op: 'replace', path: `${TEAM_SCHEMA}:budget`, value: 2 }),
  ...filters.map((filter) => search('/Users/.search', filter)),
  search('/Groups/.search', 'members.value eq "{{user1}}"', {
    excludedAttributes: ['members'],
    attributes: [],
  }),
  search('/Things/.search', 'parts[weight lt 1] and label sw "t"', {
    sortBy: 'label',
    sortOrder: 'descending',
  }),
  search('/.search', 'displayName pr', { cursor: '' }),
  ...filters.map((filter) => send('GET', `/Users?${new URLSearchParams({ filter, count: '3' })}`)),
  send('GET', '/Users?sortBy=userName&sortOrder=descending&count=2&startIndex=2'),
  send('GET', '/Users?cursor=&count=2'),
  send('GET', '/Groups?filter=displayName+eq+%22Group%22&attributes=displayName'),
  send('GET', '/Groups?filter=members+eq+%22{{user1}}%22'),
  send('GET', '/Things?filter=serial+eq+%22S%22'),
  send('GET', '/?filter=id+eq+%22{{user1}}%22'),
  send('GET', '/ResourceTypes/User'),
  send('GET', '/ResourceTypes'),
  send('GET', '/Me'),
  send('DELETE', '/Users/{{user3}}'),
  send('DELETE', '/Things/{{thing2}}'),
  send('POST', '/Bulk', {
    schemas: [BULK],
    failOnErrors: 2,
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: 'b{{case}}@fuzz.example' } },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { displayName: 'B{{case}}', members: [{ value: 'bulkId:u' }] },
      },
      {
        method: 'PATCH',
        path: '/Users/{{user1}}',
        data: { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: 'x' }] },
      },
      { method: 'PUT', path: '/Things/{{thing1}}', data: thingBody, version: '*' },
      { method: 'DELETE', path: '/Users/bulkId:u' },
    ],
  }),
  send('POST', '/Bulk', {
    Operations: [
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'a',
        data: { displayName: 'C{{case}}', members: [{ value: 'bulkId:b' }] },
      },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'b',
        data: { displayName: 'D{{case}}', members: [{ value: 'bulkId:a' }] },
      },
    ],
  }),
];

/** Requests that nobody in the dialogues sends are few, and are taken as often as all of those. */
export const readCorpus = (): readonly (readonly FuzzRequest[])[] => [fromDialogues(), own()];
