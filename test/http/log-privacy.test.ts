// The provisioning log never contains an e-mail address, wherever a client puts it.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import { logged } from '../support/provisioning-log.ts';
import { type Answer, filterBy, ScimClient } from '../support/scim-client.ts';

describe('an e-mail address is in no entry when it is sent', () => {
  const email = 'sleeping.dogs@veldt.example';
  const UNIQUE = 'urn:ietf:params:scim:schemas:extension:Private:2.0:User';
  const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
  const client = new ScimClient();
  let user: string;
  let group: string;

  beforeAll(async () => {
    await addSchema(client.incarnation, {
      id: UNIQUE,
      name: 'Private',
      attributes: [{ name: 'mail', uniqueness: 'server' }],
    });
    const unique = { [UNIQUE]: { mail: email } };
    user = (await client.post('/Users', { userName: 'first@veldt.example', ...unique })).body.id;
    group = (await client.post('/Groups', { displayName: 'First' })).body.id;
  });

  const patchUser = (operation: object) => client.patchWith(`/Users/${user}`, operation);
  const patchGroup = (operation: object) => client.patchWith(`/Groups/${group}`, operation);

  test.each<[as: string, act: () => Promise<Answer>, status: number, logged: string]>([
    [
      'as the id of a member, in a PATCH',
      () => patchGroup({ op: 'Add', path: 'members', value: [{ value: email }] }),
      400,
      'members: there is no user and no group with id …. Provision it before its membership.',
    ],
    [
      'as the id of a member, in a new group',
      () => client.post('/Groups', { displayName: 'Second', members: [{ value: email }] }),
      400,
      'members: there is no user and no group with id …. Provision it before its membership.',
    ],
    [
      'as the value of an attribute',
      () => patchUser({ op: 'Replace', path: 'Active', value: email }),
      400,
      'active must be true or false.',
    ],
    [
      'as a path',
      () => patchUser({ op: 'add', path: `emails.${email}`, value: 'x' }),
      400,
      'The path … names nothing: User has no such attribute.',
    ],
    [
      'in the brackets of a path',
      () => patchUser({ op: 'add', path: `emails[value is ${email}].value`, value: 'x' }),
      400,
      'The path … cannot be used. The filter is not valid at character 7, …: an operator such as eq or pr is expected here.',
    ],
    [
      'in the brackets of a path with a wrong value',
      () => patchUser({ op: 'add', path: `Emails[value eq "${email}"].Primary`, value: 'x' }),
      400,
      'emails[…].primary must be true or false.',
    ],
    [
      'as an operation',
      () => patchUser({ op: email, path: 'active', value: true }),
      400,
      'Operation 1 needs an op: add, replace or remove.',
    ],
    [
      'as JSON that is cut off',
      () => patchUser({ op: 'add', path: 'emails', value: `[{"value":"${email}"` }),
      400,
      'emails: the text begins like JSON, with { or [, but it cannot be read as JSON.',
    ],
    [
      'as members',
      () =>
        client.post('/Groups', {
          displayName: 'Privacy',
          members: [{ value: email }, { value: `x${email}` }],
        }),
      400,
      'members: 2 of 2 ids are no user and no group: …. Provision them before their membership.',
    ],
    [
      'as a filter',
      () => client.get(`/Users${filterBy(`userName eq '${email}'`)}`),
      400,
      'The filter is not valid at character 13, …: a value is expected here, and text stands in double quotes.',
    ],
    [
      'as an attribute of a filter',
      () => client.get(`/Users${filterBy(`${email} eq "x"`)}`),
      400,
      'The filter is not valid at character 1, …: User has no attribute of that name.',
    ],
    [
      'as a unique value that is taken',
      () => client.post('/Users', { userName: 'second@veldt.example', [UNIQUE]: { mail: email } }),
      409,
      `Another User has the ${UNIQUE}:mail … already; it must be unique.`,
    ],
    [
      'as the bulkId that something refers to',
      async () => {
        const data = {
          schemas: [PATCH],
          Operations: [{ op: 'add', path: 'members', value: [{ value: `bulkId:${email}` }] }],
        };
        const { body, ...answer } = await client.post('/Bulk', {
          Operations: [{ method: 'PATCH', path: `/Groups/${group}`, data }],
        });
        const [{ response }] = body.Operations as [{ response: Answer['body'] }];
        return { ...answer, status: Number(response.status), body: response };
      },
      409,
      'bulkId:… refers to nothing: no POST of this bulk request has the bulkId ….',
    ],
  ])('%s', async (_, act, status, sentence) => {
    const { answer, entries } = await logged(client, act);
    expect(answer.status).toBe(status);
    expect(entries).toMatchObject([{ status, detail: sentence }]);
    expect(JSON.stringify(entries)).not.toMatch(/sleeping|dogs/i);
  });

  test('while the client is shown it', async () => {
    const { body } = await patchGroup({ op: 'Add', path: 'members', value: [{ value: email }] });
    expect(body.detail).toContain(`with id ${email}. Provision`);
  });
});
