// The requests as they go over the wire (entra-client.md 1.3).

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ScimClient } from '../../../bin/simulate/client.ts';
import { startWrongServer, type WrongServer } from './wrong-server.ts';

let server: WrongServer;
let client: ScimClient;

beforeAll(async () => {
  server = await startWrongServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.asked.length = 0;
  client = new ScimClient(`${server.tenantUrl}/?aadOptscim062020`, 'secret', 1);
});

test('a GET names no user agent and no content type, and its filter is form-encoded', async () => {
  const filter = `emails[type eq "work"].value eq "zoë.o'brien+1@veldt.example"`;
  await client.send({ method: 'GET', path: '/Users', query: { excludedAttributes: 'members', filter } });
  client.close();
  const [{ url, headers } = { url: '', headers: {} }] = server.asked;
  expect(url).toBe(
    '/scim/acme/v2/Users?excludedAttributes=members&filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22zo%C3%AB.o%27brien%2B1%40veldt.example%22',
  );
  expect(Object.keys(headers).toSorted()).toEqual(['accept', 'authorization', 'connection', 'host']);
  expect(headers.authorization).toBe('Bearer secret');
});

test('a PATCH carries its body as SCIM in UTF-8, with its length', async () => {
  await client.send({ method: 'PATCH', path: '/Users/u1', body: { displayName: 'Zoë' } });
  client.close();
  const [{ headers, body } = { headers: {}, body: '' }] = server.asked;
  expect(headers['content-type']).toBe('application/scim+json; charset=utf-8');
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  expect(body).toBe('{"displayName":"Zoë"}');
});

test('a request without an answer is an exchange with a reason, not an exception', async () => {
  server.answer = 'nothing';
  const { status, failure } = await client.send({ method: 'DELETE', path: '/Users/u1' });
  client.close();
  expect(status).toBe(0);
  expect(failure).toBe('ECONNRESET');
});
