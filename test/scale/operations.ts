// The operations that are measured, as Entra sends them, each with its budget, whatever the size of the directory.

import type { ScimClient } from '../support/scim-client.ts';
import { filterBy } from '../support/scim-client.ts';
import type { Budget } from './cost-table.ts';
import { person } from './person.ts';

type Perform<Subject> = (client: ScimClient, subject: Subject) => Promise<{ readonly status: number }>;

/** The name, the budget in units, and the request. */
export type Operation<Subject> = readonly [string, Budget | undefined, Perform<Subject>];

const budget = (read: number, write: number): Budget => ({ read, write });

/** A query whose filter finds one resource, or none. */
const find =
  (filter: string, hits: number): Perform<unknown> =>
  async (client) => {
    const answer = await client.get(`/Users${filterBy(filter)}`);
    if (answer.body.totalResults !== hits) throw new Error(`${filter}: ${answer.body.totalResults} found.`);
    return answer;
  };

const replace = (path: string, value: string) => ({ op: 'Replace', path, value });

/**
 * One write more than for any other value: an index moves an entry by a deletion and an insertion, for which a budget of 3 for
 * a PATCH without rename leaves no room beside the user and the entry in the provisioning log.
 */
const indexedValueBudget = budget(1, 4);

/** Run in this order, on the seeded users of a directory, by their ids. */
export const userOperations: readonly Operation<readonly string[]>[] = [
  ['create a user', budget(1, 8), (client) => client.post('/Users', person('new'))],
  ['`userName eq`, hit', budget(2, 0), find('userName eq "P3@veldt.example"', 1)],
  ['`userName eq`, miss', budget(2, 0), find('userName eq "nobody@veldt.example"', 0)],
  ['`externalId eq`', budget(2, 0), find('externalId eq "p3"', 1)],
  ['work e-mail `eq`', budget(2, 0), find('emails[type eq "work"].value eq "p3@veldt.example"', 1)],
  ['read a user', budget(1, 0), (client, ids) => client.get(`/Users/${ids[3]}`)],
  [
    'patch a user',
    budget(1, 3),
    (client, ids) => client.patchWith(`/Users/${ids[4]}`, replace('title', 'Engineer')),
  ],
  [
    'patch a user, nothing changes',
    budget(1, 0),
    (client, ids) => client.patchWith(`/Users/${ids[4]}`, replace('title', 'Engineer')),
  ],
  [
    'patch an `externalId`',
    indexedValueBudget,
    (client, ids) => client.patchWith(`/Users/${ids[7]}`, replace('externalId', 'other')),
  ],
  [
    'patch a work e-mail',
    indexedValueBudget,
    (client, ids) =>
      client.patchWith(`/Users/${ids[8]}`, replace('emails[type eq "work"].value', 'other@veldt.example')),
  ],
  [
    'rename a user',
    undefined,
    (client, ids) => client.patchWith(`/Users/${ids[5]}`, replace('userName', 'other@veldt.example')),
  ],
  ['delete a user', undefined, (client, ids) => client.delete(`/Users/${ids[6]}`)],
];

export interface Group {
  readonly id: string;
  readonly memberId: string;
  /** Users who are not members. */
  readonly outsiders: readonly string[];
}

const changeMembers = (op: string, count: number): Perform<Group> => {
  return (client, { id, outsiders }) => {
    const value = outsiders.slice(0, count).map((outsider) => ({ value: outsider }));
    return client.patchWith(`/Groups/${id}`, { op, path: 'members', value });
  };
};

/** How many members are added in one request. */
export const MANY = 50;

/** Run in this order, on a seeded group. */
export const groupOperations: readonly Operation<Group>[] = [
  ['add one member', budget(2, 6), changeMembers('Add', 1)],
  ['remove one member', budget(2, 6), changeMembers('Remove', 1)],
  [`add ${MANY} members in one PATCH`, budget(2 * MANY + 1, 4 * MANY + 2), changeMembers('Add', MANY)],
  [
    'check a membership',
    budget(2, 0),
    async (client, { id, memberId }) => {
      const filter = filterBy(`id eq "${id}" and members eq "${memberId}"`);
      const answer = await client.get(`/Groups${filter}&attributes=id`);
      if (answer.body.totalResults !== 1) throw new Error('The member was not found.');
      return answer;
    },
  ],
  [
    'read a group without its members',
    budget(2, 0),
    (client, { id }) => client.get(`/Groups/${id}?excludedAttributes=members`),
  ],
];
