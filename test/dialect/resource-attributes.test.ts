import { describe, expect, test } from '@jest/globals';
import { readResourceBody } from '../../lambdas/dialect/dialect.ts';
import type { Json, JsonObject } from '../../lambdas/scim/json.ts';
import { parseResource } from '../../lambdas/scim/resource.ts';
import { ENTERPRISE_USER_SCHEMA as ENTERPRISE } from '../../lambdas/scim/schemas/enterprise-user.ts';
import { GROUP_SCHEMA } from '../../lambdas/scim/schemas/group.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import { USER_SCHEMA } from '../../lambdas/scim/schemas/user.ts';
import { refusalOf } from '../support/patching.ts';

const create = (body: JsonObject) => parseResource(readResourceBody(body, userType), userType);

test("Entra's creation of a user is kept as it is", () => {
  const kept = {
    externalId: 'teodor.l',
    userName: 'teodor.lindqvist@veldt.example',
    active: true,
    displayName: 'Teodor Lindqvist',
    emails: [{ primary: true, type: 'work', value: 'teodor.lindqvist@veldt.example' }],
    name: { formatted: 'Teodor Lindqvist', familyName: 'Lindqvist', givenName: 'Teodor' },
    [ENTERPRISE]: { employeeNumber: 'E-40417', department: 'Water Systems' },
  };
  const body = { ...kept, schemas: [USER_SCHEMA, ENTERPRISE], meta: { resourceType: 'User' }, roles: [] };
  expect(create(body)).toEqual(kept);
});

test("Entra's creation of a group, with a schema of Microsoft's", () => {
  const body = {
    schemas: [GROUP_SCHEMA, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: 'e0a7c3f1',
    displayName: 'Dredging Crew',
    meta: { resourceType: 'Group' },
    members: [],
  };
  expect(parseResource(readResourceBody(body, groupType), groupType)).toEqual({
    externalId: 'e0a7c3f1',
    displayName: 'Dredging Crew',
  });
});

describe('a client means', () => {
  const cases: [string, JsonObject, Json][] = [
    ['a boolean by a string', { active: 'True' }, { active: true }],
    [
      'a boolean inside a value by a string, as the Entra validator does',
      { roles: [{ primary: 'True', value: 'x' }] },
      { roles: [{ primary: true, value: 'x' }] },
    ],
    [
      'text by a number',
      { phoneNumbers: [{ type: 'work', value: 31612345678 }] },
      {
        phoneNumbers: [{ type: 'work', value: '31612345678' }],
      },
    ],
    [
      'nothing by ""',
      { title: '', name: { givenName: '' }, emails: [{ type: 'work', value: '' }], roles: '' },
      {},
    ],
    [
      'nothing by null',
      { title: null, name: null, emails: [{ type: 'work', value: null, primary: true }] },
      {},
    ],
    [
      'a list by one value',
      { emails: { value: 'a@acme.example' } },
      { emails: [{ value: 'a@acme.example' }] },
    ],
    ['values by bare text', { emails: ['a@acme.example'] }, { emails: [{ value: 'a@acme.example' }] }],
    ['a manager by an id', { [ENTERPRISE]: { manager: 'm' } }, { [ENTERPRISE]: { manager: { value: 'm' } } }],
    ['no manager by ""', { [ENTERPRISE]: { manager: { value: '', $ref: 'x' } } }, {}],
    [
      'an extension by its attributes at the top',
      { manager: 'm', department: 'Sales' },
      { [ENTERPRISE]: { manager: { value: 'm' }, department: 'Sales' } },
    ],
    [
      'the attribute in its place, when it is in both',
      { [ENTERPRISE]: { department: 'Sales' }, department: 'Other' },
      { [ENTERPRISE]: { department: 'Sales' } },
    ],
    [
      'the attribute in its place, when it comes second',
      { department: 'Other', [ENTERPRISE]: { department: 'Sales' } },
      { [ENTERPRISE]: { department: 'Sales' } },
    ],
    [
      'parts by names with dots and URNs',
      { 'name.givenName': 'Ann', name: { familyName: 'Lee' }, [`${ENTERPRISE}:department`]: 'Sales' },
      { name: { givenName: 'Ann', familyName: 'Lee' }, [ENTERPRISE]: { department: 'Sales' } },
    ],
    [
      'core attributes by their URN',
      { [`${USER_SCHEMA}:title`]: 'Lead', [USER_SCHEMA]: { locale: 'nl' } },
      {
        title: 'Lead',
        locale: 'nl',
      },
    ],
    [
      'roles by documents',
      {
        roles: [
          { primary: false, type: 'T', displayName: 'D', value: '{"id":"1","value":"V","displayName":"N"}' },
        ],
      },
      { roles: [{ primary: false, type: 'T', display: 'D', value: 'V' }] },
    ],
    [
      'nothing by what no schema has; an undeclared extension, even a mistyped one, is kept (S3.6)',
      {
        shoeSize: 1,
        'urn:ietf:params:scim:schemas:extension:enterprise:2:User': { department: 'x' },
        'a[b].c': 1,
      },
      { 'urn:ietf:params:scim:schemas:extension:enterprise:2:User': { department: 'x' } },
    ],
    ['no extension by null or ""', { [ENTERPRISE]: '' }, {}],
  ];
  test.each(cases)('%s', (_, body, attributes) => {
    expect(create({ userName: 'ann', ...body })).toEqual({ userName: 'ann', ...(attributes as JsonObject) });
  });
});

test.each([
  [{ userName: '' }, 'userName is required'],
  [{}, 'userName is required'],
  [{ userName: 'a', name: 'Ann' }, 'name takes an object'],
  [{ userName: 'a', [ENTERPRISE]: 7 }, 'User takes an object'],
  [{ userName: 'a', title: ['a', 'b'] }, 'title must be text'],
])('%j stays refused', (body: JsonObject, detail) => {
  const refusal = refusalOf(() => create(body));
  expect(refusal).toMatch(/^invalidValue: /);
  expect(refusal).toContain(detail);
});

test('what Okta puts with id, groups and meta', () => {
  const body = {
    schemas: [USER_SCHEMA],
    id: '23a35c27',
    userName: 'ann',
    active: true,
    emails: [{ primary: true, value: 'ann@acme.example', type: 'work', display: 'ann@acme.example' }],
    groups: [],
    meta: { resourceType: 'User' },
  };
  const { schemas: _, id: __, groups: ___, meta: ____, ...kept } = body;
  expect(create(body)).toEqual(kept);
});
