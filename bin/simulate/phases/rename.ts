// Renames and the uniqueness of userName (rules 6 and 28): a taken name is a 409 for POST and PATCH, also in a race.

import type { Cycle } from '../cycle.ts';
import { patchBody } from '../dialect.ts';
import {
  type DirectoryUser,
  inventDirectory,
  type Provisioned,
  provisioned,
  userBody,
  userNameOf,
} from '../directory.ts';
import type { JsonObject } from '../json.ts';
import { everyNth, type Phase } from './phase.ts';
import { expectStored, patchUser } from './written.ts';

type User = Provisioned<DirectoryUser>;

/** Renames users, changes only the case, and tries names that are taken. */
export const rename: Phase = {
  name: 'rename and uniqueness',
  run: async (cycle) => {
    const users = provisioned(cycle.directory.users);
    const chosen = everyNth(users, 10, 1);
    await cycle.each(chosen, (user) => renameTo(cycle, user, `renamed.${userNameOf(user)}`));
    await cycle.each(chosen.slice(0, 10), (user) => changeCase(cycle, user));
    await cycle.each(chosen.slice(0, 10), (user, index) => takenName(cycle, user, users[index * 10] as User));
    const newcomers = inventDirectory(10, 0, `race.${cycle.directory.domain}`).users;
    await cycle.each(newcomers, (newcomer) => createRace(cycle, newcomer));
    await cycle.each(everyNth(chosen.slice(0, 20), 2), (user) => {
      const rival = chosen[chosen.indexOf(user) + 1];
      return rival ? renameRace(cycle, user, rival) : Promise.resolve();
    });
  },
};

const toName = (cycle: Cycle, value: string): JsonObject[] =>
  cycle.dialect.operations([{ op: 'replace', path: 'userName', value }]);

const renameTo = async (cycle: Cycle, user: User, userName: string): Promise<void> => {
  const old = userNameOf(user);
  await patchUser(cycle, user, { attributes: { userName } }, toName(cycle, userName));
  await cycle.expectFound('the old userName finds nobody', 'Users', `userName eq "${old}"`, []);
  const upper = `userName eq "${userName.toUpperCase()}"`;
  await cycle.expectFound('the new userName finds the user in any case', 'Users', upper, [user.id]);
};

/** Another case is the same name: its owner may take it, and it reads back as it was written. */
const changeCase = async (cycle: Cycle, user: User): Promise<void> => {
  const userName = userNameOf(user).replace(/^./, (first) => first.toUpperCase());
  await patchUser(cycle, user, { attributes: { userName } }, toName(cycle, userName));
};

const takenName = async (cycle: Cycle, user: User, owner: User): Promise<void> => {
  if (owner === user) return;
  const taken = userNameOf(owner);
  await cycle.expectConflict('Users', 'userName', patchBody(toName(cycle, taken)), user.id);
  await cycle.expectConflict('Users', 'userName', patchBody(toName(cycle, taken.toUpperCase())), user.id);
  await expectStored(cycle, user);
  await cycle.expectConflict('Users', 'userName', userBody(owner));
  const capitals = { ...owner, attributes: { ...owner.attributes, userName: taken.toUpperCase() } };
  await cycle.expectConflict('Users', 'userName', userBody(capitals));
};

/** Two POSTs of one name at the same time: exactly one 201 and one 409 (onyx#12966). */
const createRace = async (cycle: Cycle, newcomer: DirectoryUser): Promise<void> => {
  const body = userBody(newcomer);
  const request = { method: 'POST', path: '/Users', body } as const;
  const expected = { kind: 'Users', status: [201, 409], scimType: 'uniqueness', naming: 'userName' } as const;
  const attempts = await Promise.allSettled([cycle.send(request, expected), cycle.send(request, expected)]);
  const exchanges = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const statuses = exchanges.map(({ status }) => status).toSorted();
  for (const last of exchanges.slice(-1)) {
    cycle.check('two creates of one name: one 201, one 409', statuses.join() === '201,409', last, statuses);
  }
  for (const { status, json } of exchanges) {
    if (status !== 201) continue;
    const { id } = json as { id?: unknown };
    await cycle.expectFound('the race leaves one user', 'Users', `userName eq "${userNameOf(newcomer)}"`, [
      String(id),
    ]);
    await cycle.delete('Users', String(id));
  }
};

/** Two users renamed to one free name at the same time: exactly one gets it. */
const renameRace = async (cycle: Cycle, user: User, rival: User): Promise<void> => {
  const wanted = `wanted.${userNameOf(user)}`;
  const body = patchBody(toName(cycle, wanted));
  const expected = {
    kind: 'Users',
    status: [200, 204, 409],
    scimType: 'uniqueness',
    naming: 'userName',
  } as const;
  const attempt = ({ id }: User) => cycle.send({ method: 'PATCH', path: `/Users/${id}`, body }, expected);
  const [mine, theirs] = await Promise.all([attempt(user), attempt(rival)]);
  const refused = [mine, theirs].filter(({ status }) => status === 409).length;
  cycle.check('two renames to one name: one succeeds', refused === 1, theirs, [mine.status, theirs.status]);
  const winner = mine.status === 409 ? rival : user;
  winner.attributes = { ...winner.attributes, userName: wanted };
  await expectStored(cycle, user);
  await expectStored(cycle, rival);
};
