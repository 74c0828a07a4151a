// Bulk requests: what is refused, references between operations, and the order of execution.

import { describe, expect, test } from '@jest/globals';
import {
  type BulkOperation,
  bulkResponse,
  executionOrder,
  parseBulkRequest,
} from '../../../lambdas/scim/bulk/bulk.ts';
import { resolveReferences, withoutReferences } from '../../../lambdas/scim/bulk/references.ts';
import { notFound } from '../../../lambdas/scim/errors/errors.ts';
import type { Json, JsonObject } from '../../../lambdas/scim/json.ts';
import { refusalOf } from '../../support/patching.ts';

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const bulk = (...Operations: Json[]): JsonObject => ({ schemas: [BULK_REQUEST], Operations });
const creation = (bulkId: string, ...members: string[]): JsonObject => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: members.map((value) => ({ value: `bulkId:${value}` })) },
});
const only = (operation: JsonObject): BulkOperation => {
  const [parsed] = parseBulkRequest(bulk(operation)).operations;
  if (!parsed) throw new Error('There is no operation.');
  return parsed;
};

describe('a bulk request', () => {
  test('is read whatever the case of its method and of its members', () => {
    const [operation] = parseBulkRequest({
      Schemas: [BULK_REQUEST.toUpperCase()],
      operations: [{ Method: 'post', Path: 'Users/', BulkID: 'q', Data: { userName: 'x' } }],
    }).operations;
    expect(operation).toMatchObject({
      method: 'POST',
      path: ['Users'],
      bulkId: 'q',
      data: { userName: 'x' },
    });
  });

  test('needs no bulkId and no data to delete, and takes a version', () => {
    const deletion = only({ method: 'DELETE', path: '/Users/7d42', version: 'W/"3"' });
    expect(deletion).toMatchObject({ path: ['Users', '7d42'], bulkId: undefined, version: 'W/"3"' });
  });

  test('goes on in spite of errors unless it says otherwise', () => {
    expect(parseBulkRequest(bulk()).failOnErrors).toBe(Number.POSITIVE_INFINITY);
    expect(parseBulkRequest({ ...bulk(), failOnErrors: 3 }).failOnErrors).toBe(3);
  });

  test('goes on in spite of errors with failOnErrors 0 (S3.5)', () => {
    expect(parseBulkRequest({ ...bulk(), failOnErrors: 0 }).failOnErrors).toBe(Number.POSITIVE_INFINITY);
  });

  const good = { method: 'POST', path: '/Users', bulkId: 'q', data: {} };
  test.each<[string, JsonObject, RegExp]>([
    ['another schema', { ...bulk(good), schemas: ['urn:x'] }, /^invalidSyntax: .*BulkRequest/],
    ['no Operations', { schemas: [BULK_REQUEST] }, /^invalidSyntax: .*Operations/],
    ['Operations that are no list', { Operations: good }, /^invalidSyntax: .*Operations/],
    ['failOnErrors -1', { ...bulk(good), failOnErrors: -1 }, /^invalidSyntax: failOnErrors/],
    ['failOnErrors 1.5', { ...bulk(good), failOnErrors: 1.5 }, /^invalidSyntax: failOnErrors/],
    ['failOnErrors in quotes', { ...bulk(good), failOnErrors: '1' }, /^invalidSyntax: failOnErrors/],
    ['501 operations', bulk(...Array<Json>(501).fill(good)), /^413: .*500 operations/],
    ['too many values', bulk({ ...good, data: { x: Array<Json>(50_000).fill(1) } }), /^413: .*50000 values/],
  ])('is refused for %s', (_, body, refusal) => {
    expect(refusalOf(() => parseBulkRequest(body))).toMatch(refusal);
  });

  const { bulkId: _, ...unnamed } = good;
  test.each<[string, Json, RegExp, object]>([
    ['that is no object', 'x', / is not an object/, { method: '' }],
    [
      'without method',
      { ...good, method: null },
      /method: POST, PUT, PATCH, DELETE/,
      { method: '', bulkId: 'q' },
    ],
    ['with a method that bulk requests lack', { ...good, method: 'get' }, /method/, { method: 'GET' }],
    ['with a method that is a number', { ...good, method: 1 }, /method/, { method: '' }],
    ['without path', { ...good, path: '' }, /path/, { method: 'POST', path: [] }],
    ['that creates without bulkId', { ...good, bulkId: null }, /bulkId/, { bulkId: undefined }],
    ['that creates without naming bulkId', unnamed, /bulkId/, { bulkId: undefined }],
    ['with a bulkId that is a number', { ...good, bulkId: 1 }, /bulkId/, { bulkId: undefined }],
    ['that creates without data', { ...good, data: null }, /data/, { bulkId: 'q' }],
    ['with data that is text', { ...good, data: '{"userName":"x"}' }, /data/, { bulkId: 'q' }],
    ['that creates from a list', { ...good, data: [{ userName: 'x' }] }, /data/, { bulkId: 'q' }],
    ['with a version that is a number', { ...good, version: 3 }, /version/, { bulkId: 'q' }],
  ])('refuses an operation %s, and that operation alone (S3.3)', (_, operation, detail, shown) => {
    const other = { method: 'DELETE', path: '/Users/1' };
    const [before, malformed, after] = parseBulkRequest(bulk(other, operation, other)).operations;
    expect([before?.refusal, after?.refusal]).toEqual([undefined, undefined]);
    expect(malformed).toMatchObject({ ...shown, data: {}, references: new Set() });
    expect(malformed?.refusal).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
    expect(malformed?.refusal?.message).toMatch(/^Operation 2 /);
    expect(malformed?.refusal?.message).toMatch(detail);
  });

  test('refuses all creations that share a bulkId, and no others (S3.3)', () => {
    const { operations } = parseBulkRequest(
      bulk(good, { ...good, bulkId: 'r' }, good, { ...good, method: 'PUT' }),
    );
    expect(operations.map(({ refusal }) => refusal?.code)).toEqual([
      'bulkIdRepeated',
      undefined,
      'bulkIdRepeated',
      undefined,
    ]);
  });

  test('takes the operations of a PATCH as a list, as an example of the RFC has them (S3.3)', () => {
    const operations = [{ op: 'remove', path: 'nickName' }];
    const whole = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
    const patch = { method: 'PATCH', path: '/Users/1' };
    expect(only({ ...patch, data: operations })).toEqual(only({ ...patch, data: whole }));
  });

  const tenantUrl = 'https://scim.example.com/scim/acme/v2';
  test.each([
    ['https://scim.example.com/scim/acme/v2/Users/7d42', ['Users', '7d42']],
    ['HTTPS://SCIM.example.com/scim/acme/v2/Users/7d42', ['Users', '7d42']],
    ['http://scim.example.com/scim/acme/v2/Users', ['Users']],
    ['/scim/acme/v2/Users/7d42', ['Users', '7d42']],
    ['/Users/7d42', ['Users', '7d42']],
    [
      'https://elsewhere.example/scim/acme/v2/Users',
      ['https:', 'elsewhere.example', 'scim', 'acme', 'v2', 'Users'],
    ],
    ['/scim/globex/v2/Users', ['scim', 'globex', 'v2', 'Users']],
    ['/scim.example.com/scim/acme/v2/Users', ['scim.example.com', 'scim', 'acme', 'v2', 'Users']],
  ])('reads the path %s (S3.3)', (path, segments) => {
    const { operations } = parseBulkRequest(bulk({ method: 'DELETE', path }), tenantUrl);
    expect(operations[0]?.path).toEqual(segments);
  });
});

describe('a reference', () => {
  test.each<[string, JsonObject]>([
    ['a path', { method: 'DELETE', path: '/Users/bulkId:q' }],
    ['an encoded path', { method: 'DELETE', path: '/Users/bulkId%3Aq' }],
    ['a member', { method: 'PUT', path: '/Groups/1', data: { members: [{ value: 'bulkId:q' }] } }],
    [
      'the manager',
      { method: 'PUT', path: '/Users/1', data: { 'urn:x': { manager: { value: 'bulkId:q' } } } },
    ],
    ['a bare value', { method: 'PUT', path: '/Users/1', data: { manager: 'bulkId:q' } }],
    [
      'the value of a PATCH',
      {
        method: 'PATCH',
        path: '/Groups/1',
        data: { Operations: [{ op: 'add', value: [{ value: 'bulkId:q' }] }] },
      },
    ],
    [
      'the path of a PATCH',
      {
        method: 'PATCH',
        path: '/Groups/1',
        data: { Operations: [{ op: 'remove', Path: 'members[value eq "bulkId:q"]' }] },
      },
    ],
  ])('is found in %s and gives way to the id', (_, operation) => {
    const referring = only(operation);
    expect([...referring.references]).toEqual(['q']);
    const resolved = JSON.stringify(resolveReferences(referring, (bulkId) => `id of ${bulkId}`));
    expect(resolved).toContain('id of q');
    expect(resolved).not.toContain('bulkId:q');
  });

  test.each<[string, JsonObject]>([
    ['part of a text', { method: 'PUT', path: '/Users/1', data: { title: 'see bulkId:q' } }],
    ['quoted in a text', { method: 'PUT', path: '/Users/1', data: { path: 'x eq "bulkId:q"' } }],
    ['in the name of an attribute', { method: 'PUT', path: '/Users/1', data: { 'bulkId:q': 'x' } }],
  ])('is none %s', (_, operation) => {
    expect([...only(operation).references]).toEqual([]);
  });

  test('stays as it is while its id is not known', () => {
    const operation = only({
      method: 'PATCH',
      path: '/Groups/bulkId:a',
      data: { path: 'x[value eq "bulkId:b"]' },
    });
    expect(resolveReferences(operation, () => undefined)).toEqual(operation);
  });

  test('that is left out takes along the member or the manager whose value it is, and nothing else', () => {
    const data: JsonObject = {
      displayName: 'bulkId:here',
      members: [{ value: 'bulkId:gone', type: 'Group' }, { value: 'bulkId:here' }, 'bulkId:gone'],
      'urn:enterprise': { department: 'Water', manager: { Value: 'bulkId:gone', displayName: 'M' } },
    };
    expect(withoutReferences(data, new Set(['gone']))).toEqual({
      displayName: 'bulkId:here',
      members: [{ value: 'bulkId:here' }],
      'urn:enterprise': { department: 'Water' },
    });
  });

  test('in many unclosed quotes is looked for in linear time', () => {
    const path = '"bulkId:\\'.repeat(100_000);
    const begun = performance.now();
    expect([...only({ method: 'PATCH', path: '/Users/1', data: { path } }).references]).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(250);
  });
});

describe('operations are done', () => {
  const order = (...operations: JsonObject[]) => {
    const parsed = parseBulkRequest(bulk(...operations)).operations;
    return executionOrder(parsed).map((operation) => parsed.indexOf(operation));
  };
  const addTo = (path: string, bulkId: string): JsonObject => ({
    method: 'PATCH',
    path,
    data: { Operations: [{ op: 'add', path: 'members', value: [{ value: `bulkId:${bulkId}` }] }] },
  });
  const removal: JsonObject = { method: 'DELETE', path: '/Users/1' };

  test.each<[string, JsonObject[], number[]]>([
    ['in the order of the request', [removal, creation('a'), addTo('/Groups/1', 'a')], [0, 1, 2]],
    ['after the creation that they refer to', [removal, addTo('/Groups/1', 'a'), creation('a')], [0, 2, 1]],
    [
      'after all that it refers to in turn',
      [creation('a', 'b'), creation('b', 'c'), creation('c')],
      [2, 1, 0],
    ],
    [
      'in the order of the request for one resource, whatever they refer to',
      [addTo('/Groups/1', 'b'), addTo('/Groups/1', 'a'), creation('a'), creation('b')],
      [3, 0, 2, 1],
    ],
    ['once each in a circle', [creation('a', 'b'), creation('b', 'c'), creation('c', 'a')], [2, 1, 0]],
    ['when they refer to themselves', [creation('a', 'a')], [0]],
    ['when they refer to nothing', [creation('a', 'nobody'), removal], [0, 1]],
  ])('%s', (_, operations, expected) => {
    expect(order(...operations)).toEqual(expected);
  });
});

test('an answer has what was processed, in the order of the request, and a response only for errors', () => {
  const { operations } = parseBulkRequest(bulk(creation('a'), creation('b'), creation('c')));
  const [first, , third] = operations as [BulkOperation, BulkOperation, BulkOperation];
  const location = 'https://scim.example.com/acme/v2/Groups/1';
  const results = new Map([
    [third, { status: 404, error: notFound('noSuchResource')`Gone.` }],
    [first, { status: 201, location, version: 'W/"1"' }],
  ]);
  expect(bulkResponse(operations, results)).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
    Operations: [
      { method: 'POST', bulkId: 'a', location, version: 'W/"1"', status: '201' },
      { method: 'POST', bulkId: 'c', status: '404', response: notFound('noSuchResource')`Gone.`.toJSON() },
    ],
  });
});
