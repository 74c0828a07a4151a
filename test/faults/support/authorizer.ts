// The authorizer while Secrets Manager falters, answered as the gateway of the template does.

import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { createToken } from '../../../lambdas/credentials/write-token-secret.ts';
import { scimTemplate } from '../../../lib/scim-app.ts';
import { resourcesOf } from '../../lib/template.ts';
import { freshIncarnation } from '../../setup/fresh-tenant.ts';
import type { Answer } from '../../support/scim-client.ts';
import type { Operation, World } from './operations.ts';

type Handler = typeof import('../../../lambdas/handlers/authorizer.ts').handler;

const METHOD_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';

/** What the gateway answers when the authorizer fails. */
const readFailure = (): Answer => {
  const responses = resourcesOf(scimTemplate(), 'AWS::ApiGateway::GatewayResponse');
  const { properties } =
    responses.find(({ properties: { ResponseType } }) => ResponseType === 'AUTHORIZER_FAILURE') ?? {};
  const { StatusCode, ResponseTemplates, ResponseParameters } = properties as {
    StatusCode: string;
    ResponseTemplates: Record<string, string>;
    ResponseParameters: Record<string, string>;
  };
  const headers = Object.entries(ResponseParameters).map(([name, value]) => [
    name.replace('gatewayresponse.header.', ''),
    value.replaceAll("'", ''),
  ]);
  return {
    status: Number(StatusCode),
    headers: Object.fromEntries(headers),
    body: JSON.parse(ResponseTemplates['application/json'] ?? '{}'),
  };
};

let failure: Answer | undefined;

const sent = new WeakMap<World, { readonly token: string; readonly handler: Handler }>();

const unauthorized: Answer = { status: 401, headers: {}, body: {} as Answer['body'] };

/** A function that was just started, and a token that Secrets Manager knows. */
const start = async (world: World) => {
  const { token } = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  jest.resetModules();
  const { handler } = await import('../../../lambdas/handlers/authorizer.ts');
  sent.set(world, { token, handler });
};

const authorize = async (world: World): Promise<Answer> => {
  const { token, handler } = sent.get(world) ?? {};
  if (!handler) throw new Error('There is no authorizer.');
  try {
    await handler({ type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn: METHOD_ARN });
    return { status: 200, headers: {}, body: {} as Answer['body'] };
  } catch (error) {
    if (error instanceof Error && error.message === 'Unauthorized') return unauthorized;
    failure ??= readFailure();
    return failure;
  }
};

const deployment = /deployment/;

export const authorizations: readonly Operation[] = [
  {
    name: 'authorizer, first request of a function',
    prepare: start,
    send: authorize,
    success: 200,
    isCold: true,
    spares: deployment,
    short: true,
  },
  {
    name: 'authorizer, token accepted 2 min ago',
    prepare: async (world) => {
      await start(world);
      const { status } = await authorize(world);
      if (status !== 200) throw new Error(`The token is refused: ${status}`);
    },
    send: authorize,
    success: 200,
    afterMs: 125_000,
    spares: /./,
    short: true,
  },
];
