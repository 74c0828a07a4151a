// Incremental cycle (entra-client.md 3.1, 3.5): read by id, compare all, PATCH the differences, read again.

import type { Cycle } from '../cycle.ts';
import { type Change, PATCH_OP } from '../dialect.ts';
import { type DirectoryUser, type Provisioned, provisioned } from '../directory.ts';
import type { JsonObject } from '../json.ts';
import { type Attributes, CORE, differences, ENTERPRISE } from '../mapping.ts';
import { createRoles, roleAsText } from '../roles.ts';
import { everyNth, type Phase } from './phase.ts';
import { expectStored, patchUser, written } from './written.ts';

type User = Provisioned<DirectoryUser>;

/** What happens to people between two cycles. Of every eight users four change. */
const EVENTS: readonly ((user: DirectoryUser) => Attributes)[] = [
  // A new job: single attributes and some of an address.
  () => ({
    title: 'Dike Reeve',
    [`${ENTERPRISE}:department`]: 'Polders & Dikes',
    'addresses[type eq "work"].locality': 'Nieuwe Tonge',
    'addresses[type eq "work"].country': 'NL',
  }),
  // A new name: the e-mail's value changes, its primary stays.
  ({ attributes }) => ({
    displayName: `${attributes.displayName} ✎`,
    'name.familyName': "O'Neill-Żak",
    'name.formatted': `${attributes['name.givenName']} O'Neill-Żak`,
    'emails[type eq "work"].value': `renamed.${attributes['emails[type eq "work"].value']}`,
  }),
  // Several attributes of an element that is not there yet: they must build one (rule 13).
  () => ({
    'addresses[type eq "other"].formatted': 'Lock 3\nVeldt',
    'addresses[type eq "other"].streetAddress': 'Lock 3',
    'addresses[type eq "other"].locality': 'Veldt',
    'phoneNumbers[type eq "pager"].value': '  7 ',
  }),
  // Attributes outside the default mapping, and another mailNickname.
  ({ attributes }) => ({
    nickName: 'Q',
    userType: 'Contractor',
    externalId: `moved.${attributes.externalId}`,
    [`${ENTERPRISE}:costCenter`]: '0042',
    [`${ENTERPRISE}:organization`]: 'Veldt Waterworks',
  }),
];

/** Changes attributes and roles of users, and verifies what is stored. */
export const incrementalChanges: Phase = {
  name: 'incremental cycle: changes',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users);
    await cycle.each(users, (user, index) => update(cycle, user, index));
    const assigned = users.filter(({ roles }) => roles);
    await cycle.each(everyNth(assigned, 3), (user) => assignRole(cycle, user));
    await cycle.each(everyNth(users, 20, 3), (user) => changePrimaryRole(cycle, user));
    await cycle.each(everyNth(users, 20, 7), (user) => unlistedAttribute(cycle, user));
  },
};

/** The next cycle must find nothing to change. */
export const incrementalUnchanged: Phase = {
  name: 'incremental cycle: no changes',
  run: (cycle) => cycle.each(provisioned(cycle.directory.users), (user) => expectStored(cycle, user)),
};

const update = async (cycle: Cycle, user: User, index: number): Promise<void> => {
  const before = await expectStored(cycle, user);
  const event = EVENTS[index % 8];
  if (!event) return;
  const attributes = event(user);
  const changes = differences(attributes, before).map(
    ({ path, want, got }): Change => ({ op: got === undefined ? 'add' : 'replace', path, value: want }),
  );
  const respelled = index % 3 === 0 ? changes.map(respell) : changes;
  const operations = cycle.dialect.operations(respelled);
  // The order of members in the body varies (3.5).
  const body: JsonObject = { Operations: operations, schemas: [PATCH_OP] };
  const sent =
    index % 2 ? cycle.patchWith('Users', user.id, body) : cycle.patch('Users', user.id, operations);
  await written(cycle, user, { attributes }, await sent);
};

/** Other spellings of the same attribute: the core URN before it, capitals, lower case (rule 22; 3.3, 3.5). */
const respell = (change: Change, index: number): Change => {
  const { path } = change;
  if (path.startsWith('urn:') || path === 'externalId') return change;
  const spellings = [
    `${CORE}:${path}`,
    path.replace(/\.(\w)(\w*)$/, (_, first: string, rest: string) => `.${first.toUpperCase()}${rest}`),
    path.replace(/^\w+/, (attribute) => attribute.toLowerCase()),
  ];
  return { ...change, path: spellings[index % spellings.length] as string };
};

/** A change of app roles as each of the three mapping functions sends it (3.8). */
const assignRole = async (cycle: Cycle, user: User): Promise<void> => {
  const kind = user.roles?.kind ?? 'single';
  const added = { kind, names: ['Sluice Operator'] };
  const { operations, name: dialect } = cycle.dialect;
  if (kind === 'assertive') {
    await patchUser(
      cycle,
      user,
      { roles: added },
      operations([{ op: 'replace', path: 'roles', value: createRoles(added) }]),
    );
    return;
  }
  const value = dialect === 'legacy' ? added.names.map(roleAsText) : createRoles(added);
  const roles = { kind, names: [...(user.roles?.names ?? []), ...added.names] };
  await patchUser(cycle, user, { roles }, operations([{ op: 'add', path: 'roles', value }]));
};

/** `primary eq "True"` in a path finds boolean true, or makes such a role (rules 12 and 14). */
const changePrimaryRole = async (cycle: Cycle, user: User): Promise<void> => {
  const path = 'roles[primary eq "True"].value';
  const value = 'Harbour Master';
  const others = user.roles?.kind === 'single' ? [] : (user.roles?.names ?? []);
  const roles = { kind: user.roles?.kind ?? 'single', names: [...others, value] };
  await patchUser(cycle, user, { roles }, cycle.dialect.operations([{ op: 'replace', path, value }]));
};

/** A custom attribute that the server does not know must not block the user (rule 21). */
const unlistedAttribute = async (cycle: Cycle, user: User): Promise<void> => {
  const path = 'urn:ietf:params:scim:schemas:extension:Veldt:2.0:User:badge';
  const attributes = { title: 'Keeper of the Badge' };
  const changes: Change[] = [
    { op: 'add', path, value: 'B-18' },
    { op: 'replace', path: 'title', value: attributes.title },
  ];
  await patchUser(cycle, user, { attributes }, cycle.dialect.operations(changes));
};
