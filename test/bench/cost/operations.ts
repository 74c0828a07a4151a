// The operations whose CPU is measured, as identity providers send them.

import { person } from '../../scale/person.ts';
import type { ScimClient } from '../../support/scim-client.ts';
import { filterBy } from '../../support/scim-client.ts';

/** What operations are performed on. */
export interface World {
  readonly client: ScimClient;
  readonly userIds: readonly string[];
  readonly groupId: string;
}

/** Performs an operation for the `n`-th time in this tenant. */
type Perform = (world: World, n: number) => Promise<unknown>;

export interface CostOperation {
  readonly name: string;
  /** The most that the handler's CPU may be, as a multiple of the same calls made bare. */
  readonly target: number;
  /** Runs a number of times in a row; pages are long, so they run less often. */
  readonly times: number;
  /** Makes, unmeasured, what the next `perform` with this `n` needs. */
  readonly prepare?: Perform;
  readonly perform: Perform;
}

const POINT = { target: 1.3, times: 40 } as const;
const PAGE = { target: 3, times: 8 } as const;

const expectStatus = async (answer: Promise<{ readonly status: number }>, status: number): Promise<void> => {
  const { status: actual } = await answer;
  if (actual !== status) throw new Error(`Status ${actual} instead of ${status}.`);
};

const find =
  (filter: (n: number) => string, hits: number): Perform =>
  async ({ client }, n) => {
    const { body } = await client.get(`/Users${filterBy(filter(n))}`);
    if (body.totalResults !== hits) throw new Error(`${filter(n)}: ${body.totalResults} found.`);
  };

const userAt = ({ userIds }: World, n: number): string => userIds[n % userIds.length] ?? '';

/** A name of 15 letters, as in test/scale/person.ts. */
const nameOf = (kind: string, n: number): string => `${kind}-${n}`.padEnd(15, 'x');

/** The name of the `n`-th seeded user. */
export const seededName = (n: number): string => nameOf('seeded', n);

const lastIds = new Map<number, string>();

const createFor: Perform = async ({ client }, n) => {
  const { body, status } = await client.post('/Users', person(nameOf('passing', n)));
  if (status !== 201) throw new Error(`Status ${status} instead of 201.`);
  lastIds.set(n, body.id);
};

const patchUser =
  (operations: (n: number) => readonly unknown[]): Perform =>
  (world, n) =>
    expectStatus(world.client.patchWith(`/Users/${userAt(world, n)}`, ...operations(n)), 200);

const changeMember =
  (op: string): Perform =>
  (world, n) => {
    const operation = { op, path: 'members', value: [{ value: userAt(world, n) }] };
    return expectStatus(world.client.patchWith(`/Groups/${world.groupId}`, operation), 204);
  };

/** The number of seeded users. */
export const SEEDED = 400;

export const operations: readonly CostOperation[] = [
  {
    ...POINT,
    name: 'create',
    perform: ({ client }, n) => expectStatus(client.post('/Users', person(nameOf('made', n))), 201),
  },
  {
    ...POINT,
    name: 'look-up by userName, hit',
    perform: find((n) => `userName eq "${seededName(n % SEEDED)}@veldt.example"`, 1),
  },
  {
    ...POINT,
    name: 'look-up by userName, miss',
    perform: find((n) => `userName eq "${nameOf('nobody', n)}@veldt.example"`, 0),
  },
  {
    ...POINT,
    name: 'look-up by externalId',
    perform: find((n) => `externalId eq "${seededName(n % SEEDED)}"`, 1),
  },
  {
    ...POINT,
    name: 'look-up by e-mail',
    perform: find((n) => `emails[type eq "work"].value eq "${seededName(n % SEEDED)}@veldt.example"`, 1),
  },
  {
    ...POINT,
    name: 'read',
    perform: (world, n) => expectStatus(world.client.get(`/Users/${userAt(world, n)}`), 200),
  },
  {
    ...POINT,
    name: 'PATCH, as the RFC has it',
    perform: patchUser((n) => [{ op: 'replace', value: { title: `Engineer ${n}` } }]),
  },
  {
    ...POINT,
    name: "PATCH, in Entra's old dialect",
    perform: patchUser((n) => [
      { op: 'Replace', path: 'active', value: n % 2 ? 'False' : 'True' },
      { op: 'Add', path: 'title', value: `Builder ${n}` },
    ]),
  },
  {
    ...POINT,
    name: 'rename',
    prepare: createFor,
    perform: ({ client }, n) =>
      expectStatus(
        client.patchWith(`/Users/${lastIds.get(n)}`, {
          op: 'Replace',
          path: 'userName',
          value: `${nameOf('renamed', n)}@veldt.example`,
        }),
        200,
      ),
  },
  {
    ...POINT,
    name: 'delete',
    prepare: createFor,
    perform: ({ client }, n) => expectStatus(client.delete(`/Users/${lastIds.get(n)}`), 204),
  },
  { ...POINT, name: 'add a member', prepare: changeMember('Remove'), perform: changeMember('Add') },
  { ...POINT, name: 'remove a member', prepare: changeMember('Add'), perform: changeMember('Remove') },
  {
    ...POINT,
    name: 'membership check',
    perform: async (world, n) => {
      const filter = filterBy(`id eq "${world.groupId}" and members eq "${userAt(world, n)}"`);
      await expectStatus(world.client.get(`/Groups${filter}&attributes=id`), 200);
    },
  },
  {
    ...PAGE,
    name: 'page of 100, by startIndex',
    perform: ({ client }) => expectStatus(client.get('/Users?startIndex=1&count=100'), 200),
  },
  {
    ...PAGE,
    name: 'page of 100, by cursor',
    perform: ({ client }) => expectStatus(client.get('/Users?cursor=&count=100'), 200),
  },
];
