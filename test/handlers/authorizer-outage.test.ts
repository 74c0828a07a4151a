// An outage of Secrets Manager must not look like a wrong token: Entra would quarantine the tenant.

import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listenOnLoopback } from '../../bin/local/process/listen.ts';
import { inventToken } from '../setup/deployment-secret.ts';
import { incarnation } from '../setup/fresh-tenant.ts';

const token = inventToken({ tenant: incarnation('acme.t1a2b3'), keyId: randomUUID() });
const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';

let failure = 'ThrottlingException';
let server: Server;
let stop: () => Promise<void>;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(failure === 'InternalServiceError' ? 500 : 400);
    response.end(JSON.stringify({ __type: failure, Message: 'Not now.' }));
  });
  const { port, stop: stopListening } = await listenOnLoopback(server, 0);
  stop = stopListening;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${port}`;
});
afterAll(() => stop());

test.each(['ThrottlingException', 'InternalServiceError', 'DecryptionFailure', 'AccessDeniedException'])(
  'the authorizer fails, and does not say Unauthorized, on %s',
  async (name) => {
    failure = name;
    const { handler } = await import('../../lambdas/handlers/authorizer.ts');
    const refusal = handler({ type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn });
    await expect(refusal).rejects.toMatchObject({ name });
    await expect(refusal).rejects.not.toThrow('Unauthorized');
  },
);

test('its error does not quote the token', async () => {
  failure = 'InternalServiceError';
  const { handler } = await import('../../lambdas/handlers/authorizer.ts');
  const error = await handler({ type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn }).catch(
    (thrown: Error) => thrown,
  );
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token.slice(-50, -7));
});
