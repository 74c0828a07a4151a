// A list requested from the middle, where no previous page has left a mark: the right page, or a clear error.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { createResource, newResource } from '../../../lambdas/resources/change-resource.ts';
import { userType } from '../../../lambdas/scim/schemas/resource-types.ts';
import { ScimClient } from '../../support/scim-client.ts';

/** A tenant with `users` users, and their ids in the order of the list. */
const newDirectory = async (users: number, attributes: { readonly nickName?: string } = {}) => {
  const client = new ScimClient();
  await client.createTenant();
  const ids: string[] = [];
  for (let n = 0; n < users; n++) {
    const user = newResource(userType, { userName: `u${n}`, ...attributes });
    await createResource({ tenant: client.incarnation, type: userType, principal: undefined }, user);
    ids.push(user.id);
  }
  return { client, ids: ids.sort() };
};

type Directory = Awaited<ReturnType<typeof newDirectory>>;

/** `count` differs between jumps, because marks are kept by page size. */
const jump = ({ client }: Directory, startIndex: number, count: number) =>
  client.get(`/Users?startIndex=${startIndex}&count=${count}&attributes=id`);

describe('in a small directory, a jump', () => {
  let directory: Directory;
  beforeAll(async () => {
    directory = await newDirectory(30);
  });

  test.each([
    [2, 4],
    [11, 5],
    [30, 6],
  ])('to startIndex %d shows who stands there', async (startIndex, count) => {
    const { status, body } = await jump(directory, startIndex, count);
    expect(status).toBe(200);
    expect(body.Resources.map(({ id }) => id)).toEqual(
      directory.ids.slice(startIndex - 1, startIndex - 1 + count),
    );
  });

  test('leaves a mark, with which the walk goes on', async () => {
    const { body } = await jump(directory, 12, 7);
    const next = await jump(directory, body.startIndex + body.itemsPerPage, 7);
    expect(next.body.Resources.map(({ id }) => id)).toEqual(directory.ids.slice(18, 25));
  });

  test.each([31, 20_002, 2 ** 40])(
    'to startIndex %d shows nobody, and how many there are',
    async (startIndex) => {
      const { status, body } = await jump(directory, startIndex, 8);
      expect(status).toBe(200);
      expect([body.totalResults, body.itemsPerPage]).toEqual([30, 0]);
    },
  );
});

describe('where the users before it have more than 20 MB, a jump', () => {
  let directory: Directory;
  beforeAll(async () => {
    directory = await newDirectory(150, { nickName: 'x'.repeat(200_000) });
  });

  test('is refused', async () => {
    const { status, body } = await jump(directory, 149, 1);
    expect([status, body.scimType]).toEqual([400, 'tooMany']);
    expect(body.detail).toMatch(/^startIndex 149 cannot be jumped to\. List page by page from the start/);
  });

  test('is right as far as 20 MB reach', async () => {
    const { body } = await jump(directory, 81, 2);
    expect(body.Resources.map(({ id }) => id)).toEqual(directory.ids.slice(80, 82));
  });

  test('is not needed by who lists page by page', async () => {
    for (let startIndex = 1; startIndex <= 150; startIndex += 10) {
      const { status, body } = await jump(directory, startIndex, 10);
      expect(status).toBe(200);
      expect(body.Resources.map(({ id }) => id)).toEqual(directory.ids.slice(startIndex - 1, startIndex + 9));
    }
  });
});
