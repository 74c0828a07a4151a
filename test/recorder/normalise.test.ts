// A recording leaves out what differs from run to run, and nothing else.

import { describe, expect, test } from '@jest/globals';
import { differences } from './difference.ts';
import { commandEntry, type Entry, eventEntries, postEntries, seenEntries } from './entries.ts';
import { createNormaliser } from './normalise.ts';
import type { Exchange } from './proxy.ts';

const UUID = '7d420df3-9995-4831-a406-ecf8166f5f6a';
const OTHER_UUID = '0c8de7a1-1b2c-4d3e-8f90-a1b2c3d4e5f6';

describe('text', () => {
  const { text } = createNormaliser(['acme', 'globex']);

  test.each([
    [`There is no User with id ${UUID}.`, 'There is no User with id <uuid>.'],
    [`scim1.acme.${UUID}.wzoRsAuLBiz7u54f1wLDGvJYwaiiJwGr.iKrD3w`, '<token of acme>'],
    [`scim1.acme.t1a2b3.${UUID}.wzoRsAuLBiz7u54f1wLDGvJYwaiiJwGr.iKrD3w`, '<token of acme>'],
    ['acme.t1a2b3 and acme.example', 'acme.<incarnation> and acme.example'],
    ['whsec_nZ+EcbW8/aB=', '<signing secret>'],
    [`v1,${'a'.repeat(43)}= v1,${'b'.repeat(43)}=`, 'v1,<signature>'],
    ['since 2026-11-28T18:13:10.489Z', 'since <time>'],
    ['Sat, 28 Nov 2026 18:13:19 GMT', '<time>'],
    ['W/"12"', 'W/"#"'],
    ['the local run on port 34977', 'the local run on port <port>'],
    ['http://127.0.0.1:34977/scim/acme/v2', 'http://127.0.0.1:<port>/scim/acme/v2'],
    ['1795889590', '<epoch>'],
    [
      'VALIDATOR.810432CA1B37@STANDARD-34A24F19.VELDT.EXAMPLE',
      'VALIDATOR.<random>@STANDARD-<run>.VELDT.EXAMPLE',
    ],
    ['Room 7, 4007 QX, E-40007, +31 (0)20 555-0142', 'Room 7, 4007 QX, E-40007, +31 (0)20 555-0142'],
  ])('%s', (given, expected) => {
    expect(text(given)).toBe(expected);
  });
});

const created = (id: string): Exchange => ({
  method: 'POST',
  path: '/scim/acme/v2/Users',
  status: 201,
  headers: [
    ['Content-Type', 'application/scim+json'],
    ['ETag', 'W/"1"'],
    ['Date', 'Sat, 28 Nov 2026 18:13:19 GMT'],
  ],
  body: JSON.stringify({
    id,
    userName: 'ada',
    meta: { location: `http://127.0.0.1:4000/scim/acme/v2/Users/${id}` },
  }),
});

const groupWith = (...ids: string[]): Exchange => ({
  ...created(UUID),
  method: 'GET',
  body: JSON.stringify({ members: ids.map((value) => ({ value })) }),
});

const event = (id: string, more: object = {}) => ({
  source: 'scim',
  detailType: 'user.updated',
  detail: {
    id: `e-${id}`,
    tenant: 'acme',
    incarnation: `t${id.slice(0, 5)}`,
    sequence: '7',
    resource: { id },
    changed: ['title'],
    ...more,
  },
});

const post = (id: string) => ({
  path: '/take',
  headers: [['webhook-id', `e-${id}`]] as const,
  body: JSON.stringify({ type: 'user.updated', data: event(id).detail }),
});

const command = (stdout: object, exit = 0) => ({
  argv: ['tenant', 'show', 'acme'],
  exit,
  stdout: JSON.stringify(stdout),
  stderr: '',
});

interface Run {
  readonly exchanges: readonly Exchange[];
  readonly events: readonly ReturnType<typeof event>[];
  readonly printed: object;
  readonly exit?: number;
}

const record = ({ exchanges, events, printed, exit }: Run): Entry[] => {
  const normaliser = createNormaliser(['acme']);
  for (const { body } of exchanges) normaliser.learn({ body });
  return [
    ...seenEntries(
      exchanges.map((exchange) => ({ exchange })),
      normaliser,
    ),
    commandEntry(command(printed, exit), normaliser),
    ...eventEntries(events, normaliser),
    ...postEntries([post(UUID)], normaliser),
  ];
};

const run: Run = {
  exchanges: [created(UUID), created(OTHER_UUID), groupWith(UUID, OTHER_UUID)],
  events: [event(UUID), event(OTHER_UUID)],
  printed: { tenant: 'acme', keyId: UUID, createdAt: '2026-11-28T18:13:10.489Z' },
};

test('ids, times, the order of members and of events, and repeated events make no difference', () => {
  const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const again: Run = {
    exchanges: [created(two), created(one), groupWith(one, two)],
    events: [event(one), event(two), event(one)],
    printed: { tenant: 'acme', keyId: one, createdAt: '2027-01-01T00:00:00Z' },
  };
  expect(differences(record(run).slice(0, -1), record(again).slice(0, -1))).toEqual([]);
});

const [first = created(UUID), ...others] = run.exchanges;

test.each<[what: string, changed: Run, told: RegExp]>([
  ['a status', { ...run, exchanges: [{ ...first, status: 200 }, ...others] }, /status: 201 → 200/],
  [
    'a header',
    { ...run, exchanges: [{ ...first, headers: [['Content-Type', 'application/json']] }, ...others] },
    /headers\.Content-Type: "application\/scim\+json" → "application\/json"[\s\S]*ETag: .* → missing/,
  ],
  [
    'an attribute',
    { ...run, exchanges: [{ ...first, body: first.body.replace('"ada"', '"bo"') }, ...others] },
    /body\.userName: "ada" → "bo"/,
  ],
  [
    'the order of attributes',
    {
      ...run,
      exchanges: [
        { ...first, body: first.body.replace(/("id":"[^"]+"),("userName":"ada")/, '$2,$1') },
        ...others,
      ],
    },
    /body: order id, userName, meta → userName, id, meta/,
  ],
  [
    'a key that is not printed any more',
    { ...run, printed: { tenant: 'acme', keyId: UUID } },
    /createdAt: .* → missing/,
  ],
  ['an exit code', { ...run, exit: 2 }, /exit: 0 → 2/],
  [
    'the payload of an event',
    { ...run, events: [event(UUID, { changed: ['title', 'name'] }), event(OTHER_UUID)] },
    /detail\.changed\.1: missing → "name"/,
  ],
  ['an event that is not told', { ...run, events: [event(UUID)] }, /^- event user\.updated/],
])('%s makes one', (_, changed, told) => {
  expect(differences(record(run), record(changed)).join('\n')).toMatch(told);
});
