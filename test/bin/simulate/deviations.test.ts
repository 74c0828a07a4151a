// Each wrong answer must be reported: a simulator that is content with everything proves nothing.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ScimClient } from '../../../bin/simulate/client.ts';
import { Cycle, ServerGone, StepAbandoned } from '../../../bin/simulate/cycle.ts';
import { legacy } from '../../../bin/simulate/dialect.ts';
import { type DirectoryUser, inventDirectory, userBody } from '../../../bin/simulate/directory.ts';
import { ENTERPRISE } from '../../../bin/simulate/mapping.ts';
import { accountDiscovery } from '../../../bin/simulate/phases/account-discovery.ts';
import { connection } from '../../../bin/simulate/phases/connection.ts';
import { expectStored } from '../../../bin/simulate/phases/written.ts';
import { deviationTexts, PhaseRecord, Report, table } from '../../../bin/simulate/report.ts';
import { startWrongServer, type WrongServer } from './wrong-server.ts';

let server: WrongServer;
let client: ScimClient;
let record: PhaseRecord;
let cycle: Cycle;

beforeAll(async () => {
  server = await startWrongServer();
});
afterAll(() => server.stop());

const quiet = { phase: () => {}, expect: () => {}, step: () => {}, clear: () => {} };

beforeEach(() => {
  server.asked.length = 0;
  client = new ScimClient(server.tenantUrl, 'token', 4);
  record = new PhaseRecord('a phase');
  const directory = inventDirectory(8, 2, 'test.veldt.example');
  cycle = new Cycle({ client, directory, dialect: legacy, concurrency: 4, progress: quiet }, record);
});

/** The rules that were reported as broken; a step may be abandoned on the way. */
const broken = async (step: () => Promise<unknown>): Promise<string[]> => {
  await step().catch((error: unknown) => {
    if (!(error instanceof StepAbandoned)) throw error;
  });
  client.close();
  return record.deviations.map(({ rule }) => rule);
};

const LIST = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  startIndex: 1,
  itemsPerPage: 0,
  Resources: [],
};
const ERROR = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  status: '409',
  scimType: 'uniqueness',
  detail: 'userName is taken',
};
const user = (altered: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
  id: 'u1',
  userName: 'teodor@veldt.example',
  active: true,
  [ENTERPRISE]: { manager: { value: 'u2' } },
  meta: { resourceType: 'User', location: `${server.tenantUrl}/Users/u1` },
  ...altered,
});
const group = (altered: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: 'g1',
  displayName: 'Dredging Crew',
  meta: { resourceType: 'Group', location: `${server.tenantUrl}/Groups/g1` },
  ...altered,
});

describe('a right answer is not reported', () => {
  test('list, resource, creation, conflict, deletion', async () => {
    server.answer = { body: LIST };
    expect(await broken(() => cycle.expectFound('nobody', 'Users', 'userName eq "x"', []))).toEqual([]);
    server.answer = { body: user() };
    expect(await broken(() => cycle.get('Users', 'u1'))).toEqual([]);
    const location = `${server.tenantUrl}/Users/u1`;
    server.answer = {
      status: 201,
      headers: { 'content-type': 'application/scim+json', location },
      body: user(),
    };
    expect(await broken(() => cycle.create('Users', {}))).toEqual([]);
    server.answer = { status: 409, body: ERROR };
    expect(await broken(() => cycle.expectConflict('Users', 'userName', {}))).toEqual([]);
    server.answer = { status: 204, headers: {} };
    expect(await broken(() => cycle.delete('Users', 'u1'))).toEqual([]);
  });
});

describe('a wrong list is reported', () => {
  test.each([
    ['another status', { status: 404, body: { ...ERROR, status: '404' } }, 'status 200, not 404'],
    [
      'plain JSON',
      { headers: { 'content-type': 'application/json' }, body: LIST },
      'Content-Type is application/scim+json',
    ],
    ['a page of HTML', { body: '<html>' }, 'the body is a JSON object'],
    ['no schema', { body: { ...LIST, schemas: [] } }, 'a list has the ListResponse schema'],
    ['a count as text', { body: { ...LIST, totalResults: '0' } }, 'totalResults of a list is an integer'],
    ['no startIndex', { body: { ...LIST, startIndex: undefined } }, 'startIndex of a list is an integer'],
    ['no Resources', { body: { ...LIST, Resources: null } }, 'Resources of a list is an array'],
    [
      'a wrong itemsPerPage',
      { body: { ...LIST, itemsPerPage: 20 } },
      'itemsPerPage is the number of Resources',
    ],
    ['somebody who was not asked for', { body: { ...LIST, totalResults: 1 } }, 'nobody is found'],
  ])('%s', async (_, answer, rule) => {
    server.answer = answer;
    expect(
      await broken(() => cycle.expectFound('nobody is found', 'Users', 'userName eq "x"', [])),
    ).toContain(rule);
  });

  test('a total below the page', async () => {
    server.answer = { body: { ...LIST, itemsPerPage: 1, Resources: [user()] } };
    expect(await broken(() => cycle.find('Users', 'x'))).toContain('totalResults counts at least the page');
  });
});

describe('a wrong user is reported', () => {
  test.each([
    ['no id', { id: '' }, 'id is a non-empty text'],
    ['a number for an id', { id: 7 }, 'id is a non-empty text'],
    ['another id', { id: 'u9' }, 'the answer has the id that was asked for'],
    ['no core schema', { schemas: [ENTERPRISE] }, 'schemas has the core schema'],
    [
      'no extension schema',
      { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] },
      'schemas has the extension that the resource has',
    ],
    ['another resource type', { meta: { resourceType: 'Group' } }, 'meta.resourceType names the type'],
    [
      'a relative location',
      { meta: { resourceType: 'User', location: '/Users/u1' } },
      'meta.location is the address of the resource',
    ],
    ['active as text', { active: 'True' }, 'active is a boolean'],
    ['primary as text', { emails: [{ primary: 'True' }] }, 'primary is a boolean'],
    ['a manager that is no object', { [ENTERPRISE]: { manager: 'u2' } }, 'manager is an object with a value'],
    ['roles as one object', { roles: { value: 'x' } }, 'roles is an array of objects'],
  ])('%s', async (_, altered, rule) => {
    server.answer = { body: user(altered) };
    expect(await broken(() => cycle.get('Users', 'u1'))).toContain(rule);
  });

  test('an attribute that is not as it was written', async () => {
    const teodor = { ...(cycle.directory.users[0] as DirectoryUser), id: 'u1' };
    const stored = { ...user(), ...userBody(teodor), displayName: 'teodor' };
    server.answer = { body: { ...stored, meta: user().meta, schemas: user().schemas } };
    expect(await broken(() => expectStored(cycle, teodor))).toEqual(['displayName is what was written']);
  });

  test('a creation without its address', async () => {
    server.answer = { status: 201, body: user() };
    expect(await broken(() => cycle.create('Users', {}))).toEqual(['the Location header is meta.location']);
  });
});

describe('a wrong group is reported', () => {
  test('members in spite of the exclusion', async () => {
    server.answer = { body: group({ members: [] }) };
    expect(await broken(() => cycle.get('Groups', 'g1'))).toEqual([
      'excludedAttributes=members leaves out members',
    ]);
    expect(server.asked[0]?.url).toBe('/scim/acme/v2/Groups/g1?excludedAttributes=members');
  });

  test.each([
    ['a lost member', [{ value: 'u1' }]],
    ['a surplus member', [{ value: 'u1' }, { value: 'u2' }, { value: 'u3' }]],
    ['a member twice', [{ value: 'u1' }, { value: 'u2' }, { value: 'u2' }]],
  ])('%s', async (_, members) => {
    server.answer = { body: group({ members }) };
    expect(await broken(() => cycle.expectMembers('members are kept', 'g1', ['u1', 'u2']))).toEqual([
      'members are kept',
    ]);
  });
});

describe('a wrong refusal is reported', () => {
  test.each([
    ['no refusal', { status: 201, body: {} }, 'status 409, not 201'],
    ['a server error', { status: 500, body: { ...ERROR, status: '500' } }, 'status 409, not 500'],
    [
      'the status as a number',
      { status: 409, body: { ...ERROR, status: 409 } },
      'the status of an error is the text of its code',
    ],
    ['another schema', { status: 409, body: { ...ERROR, schemas: [] } }, 'an error has the Error schema'],
    ['no detail', { status: 409, body: { ...ERROR, detail: '' } }, 'the detail of an error is a text'],
    ['no scimType', { status: 409, body: { ...ERROR, scimType: undefined } }, 'scimType uniqueness'],
    [
      'a detail that names nothing',
      { status: 409, body: { ...ERROR, detail: 'conflict' } },
      'the detail names userName',
    ],
  ])('%s', async (_, answer, rule) => {
    server.answer = answer;
    expect(await broken(() => cycle.expectConflict('Users', 'userName', {}))).toContain(rule);
  });

  test('a deletion with a body of its own', async () => {
    server.answer = { status: 200, body: user() };
    expect(await broken(() => cycle.delete('Users', 'u1'))).toContain('status 204, not 200');
  });
});

describe('whole phases', () => {
  test('a server that lets everybody in fails the connection test', async () => {
    server.answer = { body: LIST };
    const rules = await broken(() => connection.run(cycle));
    expect(rules.filter((rule) => rule === 'status 401, not 200')).toHaveLength(3);
    expect(rules.filter((rule) => rule === 'status 404, not 200')).toHaveLength(2);
  });

  test('a refusal without a challenge is reported', async () => {
    server.answer = { status: 401, body: { ...ERROR, status: '401' } };
    expect(await broken(() => connection.run(cycle))).toContain('401 has WWW-Authenticate: Bearer');
  });

  test('a server that shows the same page again and again fails account discovery', async () => {
    server.answer = { body: { ...LIST, totalResults: 120, itemsPerPage: 1, Resources: [user()] } };
    const rules = new Set(await broken(() => accountDiscovery.run(cycle)));
    expect([...rules]).toEqual(
      expect.arrayContaining([
        'startIndex is the one that was asked for',
        'only the last page is short',
        'a page past the end is empty',
        'paging shows nothing twice',
        'totalResults is the number of resources',
      ]),
    );
  });

  test('a server that is gone ends the simulation instead of a thousand timeouts', async () => {
    server.answer = 'nothing';
    await expect(cycle.each(Array.from({ length: 100 }), () => cycle.get('Users', 'u1'))).rejects.toThrow(
      ServerGone,
    );
    expect(record.durationsMs.length).toBeLessThan(20);
    client.close();
  });
});

describe('the report', () => {
  test('shows a repeated deviation three times with request and answer, and counts it', async () => {
    server.answer = { status: 500, body: { ...ERROR, status: '500', detail: 'x'.repeat(2000) } };
    const report = new Report();
    const phase = report.begin('rename');
    const failing = new Cycle({ ...cycle, concurrency: 1 }, phase);
    await failing.each([1, 2, 3, 4, 5], () =>
      failing.patch('Users', 'u1', [{ op: 'Replace', path: 'title' }]),
    );
    client.close();
    const [text, ...others] = deviationTexts(report);
    expect(others).toEqual([]);
    expect(text).toMatch(/^✗ rename: status 200 or 204, not 500 \(5 times\)\n/);
    expect(text?.match(/PATCH http.*\/Users\/u1\n {4}> \{.*"title".*\n {4}< 500 \{.*…/g)).toHaveLength(3);
    expect(text).toMatch(/… 2 more$/);
    expect(table(report)).toMatch(/^rename +5 +5 +\d+\.\d +\d+\.\d$/m);
  });
});
