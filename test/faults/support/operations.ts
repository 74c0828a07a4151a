// The requests that are made while a store falters: each prepares a tenant of its own, and may be sent again.

import type { Answer, ScimClient } from '../../support/scim-client.ts';
import { filterBy } from '../../support/scim-client.ts';

/** A tenant, and the ids of what was prepared in it, by name. */
export interface World {
  readonly client: ScimClient;
  readonly ids: Map<string, string>;
  /** What is to be done when it is over. */
  readonly ends: (() => void)[];
}

export interface Operation {
  readonly name: string;
  readonly prepare: (world: World) => Promise<unknown>;
  readonly send: (world: World) => Promise<Answer>;
  /** What a client sends that looks first what there is by now; default: the same again. */
  readonly sendAgain?: (world: World) => Promise<Answer>;
  readonly success: number;
  /** What a repetition gets after a success. */
  readonly repeated?: number;
  /** Reads that the answer can do without, because what they bring is known from before. */
  readonly spares?: RegExp;
  /** A walk, a bulk request or a large group: it has longer. */
  readonly isLarge?: boolean;
  /** Pages of a list: each attempt at one has longer. */
  readonly isWalk?: boolean;
  readonly isBulk?: boolean;
  /** How much the clock goes on between preparation and request; such an operation is tried by itself. */
  readonly afterMs?: number;
  /** Nothing is known of the tenant when the request comes. */
  readonly isCold?: boolean;
  readonly hasDevices?: boolean;
  readonly short?: boolean;
  /** States, beside those before and after, that others may see until the request is repeated; and why. */
  readonly between?: string;
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

const mailOf = (name: string) => `${name}@faults.example`;

const personOf = (name: string) => ({
  userName: mailOf(name),
  externalId: `x-${name}`,
  title: 'Captain',
  emails: [{ type: 'work', primary: true, value: mailOf(`mail.${name}`) }],
});

const created = async ({ client, ids }: World, path: string, name: string, body: unknown) => {
  const { status, body: resource } = await client.post(path, body);
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(resource)}`);
  ids.set(name, resource.id);
};

const users = async (world: World, ...names: readonly string[]) => {
  await Promise.all(names.map((name) => created(world, '/Users', name, personOf(name))));
};

const idOf = ({ ids }: World, name: string): string => ids.get(name) ?? '';
const valuesOf = (world: World, names: readonly string[]) =>
  names.map((name) => ({ value: idOf(world, name) }));

const group = (world: World, name: string, members: readonly string[] = []) =>
  created(world, '/Groups', name, {
    displayName: name,
    ...(members.length > 0 && { members: valuesOf(world, members) }),
  });

const MANY = Array.from({ length: 101 }, (_, index) => `m${index}`);

/** By bulk, which is quicker. */
const manyUsers = async ({ client, ids }: World, names = MANY) => {
  const Operations = names.map((name) => ({
    method: 'POST',
    path: '/Users',
    bulkId: name,
    data: personOf(name),
  }));
  const { body } = await client.post('/Bulk', { schemas: [BULK], Operations });
  for (const { bulkId, location } of body.Operations as { bulkId: string; location: string }[]) {
    ids.set(bulkId, location.slice(location.lastIndexOf('/') + 1));
  }
};

const crew = async (world: World) => {
  await users(world, 'ada', 'ben', 'cid');
  await group(world, 'crew', ['ada']);
};

const patch = (world: World, path: string, operations: readonly unknown[], headers = {}) =>
  world.client.patch(path, { schemas: [PATCH_OP], Operations: operations }, { headers });

const versionOne = { 'If-Match': 'W/"1"' };

const userPath = (world: World, name = 'ada') => `/Users/${idOf(world, name)}`;
const groupPath = (world: World, name = 'crew') => `/Groups/${idOf(world, name)}`;

const bulkOf = (names: readonly string[]) =>
  names.map((name) => ({ method: 'POST', path: '/Users', bulkId: name, data: personOf(name) }));

const sendBulk = ({ client }: World, Operations: readonly object[]) =>
  client.post('/Bulk', { schemas: [BULK], Operations });

const fleetOf = (member: string) => ({
  method: 'POST',
  path: '/Groups',
  bulkId: 'fleet',
  data: { displayName: 'fleet', members: [{ value: member }] },
});

const changesOf = (world: World) => [
  {
    method: 'PATCH',
    path: userPath(world, 'ben'),
    data: { Operations: [{ op: 'replace', path: 'title', value: 'Boatswain' }] },
  },
  { method: 'DELETE', path: userPath(world, 'cid') },
];

const firstOf = async ({ client }: World, path: string) => (await client.get(path)).body.Resources[0];

const read = (name: string, send: Operation['send'], more: Partial<Operation> = {}): Operation => ({
  name,
  prepare: crew,
  send,
  success: 200,
  ...more,
});

const find = (filter: string | ((world: World) => string), collection = '/Users') => {
  return (world: World) =>
    world.client.get(`${collection}${filterBy(typeof filter === 'string' ? filter : filter(world))}`);
};

export const operations: readonly Operation[] = [
  {
    name: 'POST user',
    prepare: async () => {},
    send: ({ client }) => client.post('/Users', personOf('ada')),
    success: 201,
    repeated: 409,
    short: true,
  },
  read('GET user', (world) => world.client.get(userPath(world)), { short: true }),
  {
    name: 'PUT user, renamed',
    prepare: crew,
    send: (world) => world.client.put(userPath(world), { ...personOf('ada'), userName: mailOf('eve') }),
    success: 200,
    short: true,
  },
  {
    name: 'PATCH user',
    prepare: crew,
    send: (world) => patch(world, userPath(world), [{ op: 'replace', path: 'title', value: 'Boatswain' }]),
    success: 200,
    short: true,
  },
  {
    name: 'PATCH user, renamed, If-Match',
    prepare: crew,
    send: (world) =>
      patch(world, userPath(world), [{ op: 'replace', path: 'userName', value: mailOf('eve') }], versionOne),
    success: 200,
    repeated: 412,
    short: true,
  },
  {
    name: 'DELETE user',
    prepare: crew,
    send: (world) => world.client.delete(userPath(world)),
    success: 204,
    repeated: 404,
    short: true,
  },
  {
    name: 'DELETE user, If-Match',
    prepare: crew,
    send: (world) => world.client.delete(userPath(world), { headers: versionOne }),
    success: 204,
    repeated: 404,
  },
  {
    name: 'POST group',
    prepare: async () => {},
    send: ({ client }) => client.post('/Groups', { displayName: 'crew' }),
    success: 201,
    repeated: 409,
  },
  {
    name: 'POST group, 2 members',
    prepare: (world) => users(world, 'ada', 'ben'),
    send: (world) =>
      world.client.post('/Groups', { displayName: 'crew', members: valuesOf(world, ['ada', 'ben']) }),
    success: 201,
    repeated: 409,
    short: true,
  },
  {
    name: 'POST group, 101 members',
    prepare: manyUsers,
    send: (world) => world.client.post('/Groups', { displayName: 'crew', members: valuesOf(world, MANY) }),
    success: 201,
    repeated: 409,
    isLarge: true,
  },
  read('GET group', (world) => world.client.get(groupPath(world)), { short: true }),
  {
    name: 'PATCH group, add 2 members',
    prepare: crew,
    send: (world) =>
      patch(world, groupPath(world), [
        { op: 'add', path: 'members', value: valuesOf(world, ['ben', 'cid']) },
      ]),
    success: 204,
    short: true,
  },
  {
    name: 'PATCH group, add a group',
    prepare: async (world) => {
      await crew(world);
      await group(world, 'fleet');
    },
    send: (world) =>
      patch(world, groupPath(world, 'fleet'), [
        { op: 'add', path: 'members', value: valuesOf(world, ['crew']) },
      ]),
    success: 204,
  },
  {
    name: 'PATCH group, add a member, If-Match',
    prepare: crew,
    send: (world) =>
      patch(
        world,
        groupPath(world),
        [{ op: 'add', path: 'members', value: valuesOf(world, ['ben']) }],
        versionOne,
      ),
    success: 204,
    repeated: 412,
    between: 'the version counts first: with If-Match a repetition is 412 and does not complete the members',
  },
  {
    name: 'PATCH group, remove a member',
    prepare: crew,
    send: (world) =>
      patch(world, groupPath(world), [{ op: 'remove', path: `members[value eq "${idOf(world, 'ada')}"]` }]),
    success: 204,
    short: true,
  },
  {
    name: 'PATCH group, replace members',
    prepare: crew,
    send: (world) =>
      patch(world, groupPath(world), [
        { op: 'replace', path: 'members', value: valuesOf(world, ['ben', 'cid']) },
      ]),
    success: 204,
    short: true,
    between: 'who comes is written before who goes',
  },
  {
    name: 'PATCH group, add 101 members',
    prepare: async (world) => {
      await manyUsers(world);
      await group(world, 'crew');
    },
    send: (world) =>
      patch(world, groupPath(world), [{ op: 'add', path: 'members', value: valuesOf(world, MANY) }]),
    success: 204,
    isLarge: true,
    between: 'transactions of 50 members each',
  },
  {
    name: 'PATCH group, renamed, If-Match',
    prepare: crew,
    send: (world) =>
      patch(world, groupPath(world), [{ op: 'replace', path: 'displayName', value: 'crew2' }], versionOne),
    success: 204,
    repeated: 412,
  },
  {
    name: 'PUT group, renamed, other members',
    prepare: crew,
    send: (world) =>
      world.client.put(groupPath(world), { displayName: 'crew2', members: valuesOf(world, ['ben']) }),
    success: 200,
    between: 'the name is written before the members, who comes before who goes',
  },
  {
    name: 'DELETE group',
    prepare: crew,
    send: (world) => world.client.delete(groupPath(world)),
    success: 204,
    repeated: 404,
  },
  read('list users', ({ client }) => client.get('/Users?count=10'), { isWalk: true, isLarge: true }),
  read('page of users by startIndex', ({ client }) => client.get('/Users?count=2'), {
    isWalk: true,
    isLarge: true,
    short: true,
  }),
  read('next page by startIndex', ({ client }) => client.get('/Users?count=1&startIndex=2'), {
    prepare: async (world) => {
      await crew(world);
      await world.client.get('/Users?count=1');
    },
    isWalk: true,
    isLarge: true,
    short: true,
  }),
  read('page of users by cursor', ({ client }) => client.get('/Users?count=2&cursor='), {
    isWalk: true,
    isLarge: true,
  }),
  read('page of 201 users', ({ client }) => client.get('/Users?count=201'), {
    isWalk: true,
    isLarge: true,
  }),
  read('list groups', ({ client }) => client.get('/Groups?count=10'), { isWalk: true, isLarge: true }),
  read('userName eq', find(`userName eq "${mailOf('ada')}"`), { short: true }),
  read('userName eq nobody', find(`userName eq "${mailOf('nobody')}"`)),
  read('externalId eq', find('externalId eq "x-ada"')),
  read('work e-mail eq', find(`emails[type eq "work"].value eq "${mailOf('mail.ada')}"`)),
  read('displayName eq', find('displayName eq "crew"', '/Groups'), { short: true }),
  read(
    'members eq',
    find((world) => `members eq "${idOf(world, 'ada')}"`, '/Groups'),
  ),
  read(
    'id eq and members eq',
    find((world) => `id eq "${idOf(world, 'crew')}" and members eq "${idOf(world, 'ada')}"`, '/Groups'),
    { short: true },
  ),
  read('walk by filter', find('displayName co "a" or title co "apt"'), {
    isWalk: true,
    isLarge: true,
    short: true,
  }),
  read('.search of users', ({ client }) =>
    client.post('/Users/.search', { schemas: [SEARCH], filter: `userName eq "${mailOf('ada')}"` }),
  ),
  read('.search of everything', ({ client }) => client.post('/.search', { schemas: [SEARCH], count: 10 }), {
    isWalk: true,
    isLarge: true,
  }),
  {
    name: 'bulk, 4 operations',
    prepare: crew,
    send: (world) => sendBulk(world, [...bulkOf(['eve']), fleetOf('bulkId:eve'), ...changesOf(world)]),
    sendAgain: async (world) => {
      const eve = await firstOf(world, `/Users${filterBy(`userName eq "${mailOf('eve')}"`)}`);
      const fleet = await firstOf(world, `/Groups${filterBy('displayName eq "fleet"')}`);
      return sendBulk(world, [
        ...(eve ? [] : bulkOf(['eve'])),
        ...(fleet ? [] : [fleetOf(eve?.id ?? 'bulkId:eve')]),
        ...changesOf(world),
      ]);
    },
    success: 200,
    isBulk: true,
    isLarge: true,
    short: true,
    between: 'each operation stands for itself',
  },
  {
    name: 'bulk, 51 operations',
    prepare: async () => {},
    send: ({ client }) => client.post('/Bulk', { schemas: [BULK], Operations: bulkOf(MANY.slice(0, 51)) }),
    success: 200,
    isBulk: true,
    isLarge: true,
    between: 'each operation stands for itself',
  },
  {
    name: 'POST of a type of its own',
    prepare: async () => {},
    send: ({ client }) => client.post('/Devices', { label: 'radio' }),
    success: 201,
    repeated: 409,
    hasDevices: true,
  },
  read('look-up of a type of its own', find('label eq "radio"', '/Devices'), {
    prepare: (world) => created(world, '/Devices', 'radio', { label: 'radio' }),
    hasDevices: true,
  }),
  read('first request of a function', ({ client }) => client.get('/Users?count=10'), {
    prepare: async () => {},
    isCold: true,
    isWalk: true,
    isLarge: true,
    short: true,
  }),
  read('/Schemas, first request of a function', ({ client }) => client.get('/Schemas'), {
    prepare: async () => {},
    isCold: true,
  }),
  read('settings read 61 s ago', (world) => world.client.get(userPath(world)), {
    afterMs: 61_000,
    spares: /SETTINGS|DEPLOYMENT/,
    short: true,
  }),
];
