// Requests that the simulator does not send, or not in this form: one tenant, from discovery to its last user.

import type { Session } from './session.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const BRACK = 'urn:ietf:params:scim:schemas:extension:Brack:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const patchOf = (...Operations: object[]) => ({ schemas: [PATCH_OP], Operations });

const ada = {
  schemas: [ENTERPRISE, USER, BRACK],
  [BRACK]: { floor: 3, badge: 'B-1' },
  [ENTERPRISE]: {
    manager: { displayName: 'ignored', value: 'boss' },
    department: 'Engines',
    costCenter: '7',
  },
  emails: [
    { type: 'work', value: 'ada@globex.example', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
  active: true,
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  externalId: 'e-1',
  userName: 'ada@globex.example',
};

const ownResource = {
  alwaysReturnedAttr: 'a',
  integerAttr: 7,
  booleanAttr: true,
  identifier: 'r-1',
  externalId: 'x-1',
  'urn:ietf:params:scim:schemas:extension:test:2.0:TestResource': {
    extInteger: 1,
    extRequired: 'e',
    extString: 's',
  },
};

/** Sends all of them to the tenant. */
export const playRequests = async ({ http }: Session, tenant: string): Promise<void> => {
  const send = (request: string, body?: object | string, headers?: Readonly<Record<string, string>>) =>
    http(tenant, request, body, headers);
  const create = async (path: string, body: object): Promise<string> =>
    JSON.parse((await send(`POST ${path}`, body)).body).id;

  for (const path of [
    '/ServiceProviderConfig',
    '/ResourceTypes',
    '/ResourceTypes/User',
    '/ResourceTypes/None',
  ]) {
    await send(`GET ${path}`);
  }
  for (const path of [
    '/Schemas',
    `/Schemas/${BRACK}`,
    '/Schemas/urn:none',
    '/Schemas?filter=id pr',
    '/Me',
    '/None',
  ]) {
    await send(`GET ${path}`);
  }
  await send('GET /Users', undefined, { Authorization: 'Bearer nonsense' });
  await send('GET /Users', undefined, { Authorization: '' });
  await http('initech', 'GET /Users', undefined, { Authorization: 'Basic YTpi' });

  const adaId = await create('/Users', ada);
  const boId = await create('/Users', { userName: 'bo@globex.example', title: 'Lock Keeper' });
  await send('POST /Users', { userName: 'ADA@globex.example' });
  await send('POST /Users', { userName: 'cy@globex.example', [BRACK]: { badge: 'B-1' } });
  await send('POST /Users', '{"userName":');
  await send('POST /Users', '[]');
  await send('POST /Users', 'a=b', { 'Content-Type': 'application/x-www-form-urlencoded' });
  await send('POST /Users?attributes=userName', { userName: 'di@globex.example', active: 'perhaps' });
  await send('POST /Users', { userName: 'di@globex.example', emails: 'di' });

  const adaPath = `/Users/${adaId}`;
  for (const query of [
    '',
    '?attributes=emails.value,userName',
    '?excludedAttributes=name,meta',
    '?attributes=groups',
  ]) {
    await send(`GET ${adaPath}${query}`);
  }
  await send(`GET ${adaPath}?attributes=id&excludedAttributes=name`);
  const etag = 'W/"1"';
  await send(`GET ${adaPath}`, undefined, { 'If-None-Match': etag });
  await send(`PUT ${adaPath}`, { ...ada, title: 'Countess' }, { 'If-Match': 'W/"77"' });
  await send(`PUT ${adaPath}`, { ...ada, title: 'Countess' }, { 'If-Match': etag });
  await send(`PATCH ${adaPath}`, patchOf({ op: 'replace', path: 'name.givenName', value: 'Augusta' }));
  await send(`PATCH ${adaPath}`, patchOf({ op: 'replace', path: 'name.givenName', value: 'Augusta' }));
  await send(
    `PATCH ${adaPath}?attributes=userName`,
    patchOf({ op: 'Add', value: { [`${BRACK}:floor`]: 4 } }),
  );
  await send(`PATCH ${adaPath}`, patchOf({ op: 'remove', path: 'emails[type eq "home"]' }));
  await send(`PATCH ${adaPath}`, patchOf({ op: 'replace', path: 'emails[type eq', value: 'x' }));
  await send(`PATCH ${adaPath}`, patchOf({ op: 'remove' }));
  await send(`PATCH ${adaPath}`, patchOf({ op: 'replace', path: 'id', value: 'x' }));
  await send(`PATCH ${adaPath}`, patchOf({ op: 'replace', path: 'active', value: 'False' }));
  await send(`PATCH ${adaPath}`, patchOf({ op: 'replace', path: 'active', value: true }));
  await send(
    `PATCH /Users/${boId}`,
    patchOf({ op: 'replace', path: 'userName', value: 'ada@globex.example' }),
  );
  await send('PATCH /Users/nobody', patchOf({ op: 'replace', path: 'title', value: 'x' }));
  await send('PUT /Users', ada);
  await send(`POST ${adaPath}`, ada);

  for (const filter of [
    'userName eq "ADA@globex.example"',
    'externalId eq "e-1"',
    'emails[type eq "work"].value eq "ada@globex.example"',
    `${BRACK}:floor ge 4 and (title pr or not (active eq false))`,
    'userName co "globex" and meta.version pr',
    'userName eq',
    'nothing eq "x"',
  ]) {
    await send(`GET /Users?filter=${encodeURIComponent(filter)}`);
  }
  await send('GET /Users?sortBy=userName&sortOrder=descending');
  await send('GET /Users?startIndex=1&count=2');
  await send('GET /Users?startIndex=3&count=2');
  await send('GET /Users?count=0');
  await send('GET /Users?count=some');
  await send('GET /Users?cursor=&count=10');
  const first = JSON.parse((await send('GET /Users?cursor=&count=2')).body);
  await send(`GET /Users?cursor=${encodeURIComponent(first.nextCursor)}&count=2`);
  await send('GET /Users?cursor=nonsense');
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], sortBy: 'userName' };
  await send('POST /Users/.search', { ...search, attributes: ['userName'], filter: 'active eq true' });
  await send('POST /.search', { ...search, filter: 'meta.resourceType eq "User"' });

  const empty = await create('/Groups', { schemas: [GROUP], displayName: 'Empty' });
  const crew = await create('/Groups', {
    displayName: 'Crew',
    members: [{ value: adaId }, { value: empty }],
  });
  await send('POST /Groups', { displayName: 'crew' });
  await send('POST /Groups', { displayName: 'Ghosts', members: [{ value: 'nobody' }] });
  const crewPath = `/Groups/${crew}`;
  for (const query of ['', '?excludedAttributes=members', '?attributes=members.value'])
    await send(`GET ${crewPath}${query}`);
  await send(`GET ${adaPath}?attributes=groups,userName`);
  await send(`PATCH ${crewPath}`, patchOf({ op: 'Add', path: 'members', value: [{ value: boId }] }));
  await send(`PATCH ${crewPath}`, patchOf({ op: 'Add', path: 'members', value: [{ value: boId }] }));
  await send(
    `PATCH ${crewPath}?attributes=members`,
    patchOf({ op: 'remove', path: `members[value eq "${adaId}"]` }),
  );
  await send(`PATCH ${crewPath}`, patchOf({ op: 'replace', path: 'displayName', value: 'The Crew' }));
  await send(`PUT ${crewPath}`, { displayName: 'Crew', members: [{ value: adaId }] });
  await send(`GET /Groups?filter=${encodeURIComponent(`members.value eq "${adaId}"`)}`);
  await send('GET /Groups?sortBy=displayName&excludedAttributes=members');

  await send('POST /Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    failOnErrors: 3,
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'u1', data: { userName: 'eve@globex.example' } },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g1',
        data: { displayName: 'Bulk', members: [{ value: 'bulkId:u1' }] },
      },
      { method: 'PATCH', path: adaPath, data: patchOf({ op: 'replace', path: 'title', value: 'Dr' }) },
      { method: 'POST', path: '/Users', bulkId: 'u2', data: { userName: 'ada@globex.example' } },
      { method: 'DELETE', path: '/Users/nobody' },
    ],
  });
  await send('POST /Bulk', { Operations: 'none' });

  const thing = await create('/TestResources', ownResource);
  for (const path of ['', `/${thing}`]) await send(`GET /TestResources${path}`);
  await send(`DELETE /TestResources/${thing}`);

  await send(`DELETE ${crewPath}`, undefined, { 'If-Match': 'W/"99"' });
  for (const path of [crewPath, crewPath, `/Users/${boId}`, `/Users/${boId}`]) await send(`DELETE ${path}`);
  await send(`GET /Users/${boId}`);
};
