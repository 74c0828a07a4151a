// What Entra does in its first cycle over people that it does not know yet, and in the next one, in which some changed.

import { person } from '../../scale/person.ts';

/** Sends a request below the Tenant URL; resolves to its status and parsed body. */
export type Send = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ readonly status: number; readonly body: Answer }>;

interface Answer {
  readonly id?: string;
  readonly totalResults?: number;
  readonly Resources?: readonly { readonly id: string }[];
}

/** The requests of `work` for each user, at most `lanes` users at a time. */
const forEachUser = async (
  users: readonly string[],
  lanes: number,
  work: (name: string) => Promise<void>,
): Promise<void> => {
  const waiting = [...users];
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await work(name);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

const lookUp = (send: Send, name: string) =>
  send('GET', `/Users?${new URLSearchParams({ filter: `userName eq "${name}@veldt.example"` })}`);

const expect = (found: unknown, expected: unknown, what: string): void => {
  if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}.`);
};

/** Each user is looked up, not found, and created: two requests a user. */
export const initialCycle = (send: Send, users: readonly string[], lanes: number): Promise<void> =>
  forEachUser(users, lanes, async (name) => {
    const { body } = await lookUp(send, name);
    expect(body.totalResults, 0, `Users named ${name}`);
    const { status } = await send('POST', '/Users', person(name));
    expect(status, 201, `Creation of ${name}`);
  });

/** Each user is looked up, found, and patched: two requests a user. */
export const incrementalCycle = (
  send: Send,
  users: readonly string[],
  { lanes, title }: { readonly lanes: number; readonly title: string },
): Promise<void> =>
  forEachUser(users, lanes, async (name) => {
    const { body } = await lookUp(send, name);
    const { status } = await send('PATCH', `/Users/${body.Resources?.[0]?.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'title', value: title }],
    });
    expect(status, 200, `Change of ${name}`);
  });

/** The first page of 100, `times` times. */
export const listPages = (send: Send, times: number, lanes: number): Promise<void> =>
  forEachUser(
    Array.from({ length: times }, (_, n) => String(n)),
    lanes,
    async () => {
      const { status } = await send('GET', '/Users?startIndex=1&count=100');
      expect(status, 200, 'A page');
    },
  );
