// The authorizer while Secrets Manager falters, answered as the gateway of the template does.

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { createToken } from '../../../lambdas/credentials/write-token-secret.ts';
import { handler } from '../../../lambdas/handlers/authorizer.ts';
import { scimTemplate } from '../../../lib/scim-app.ts';
import { resourcesOf } from '../../lib/template.ts';
import { freshIncarnation } from '../../setup/fresh-tenant.ts';
import { FunctionProcess } from '../../support/function-process.ts';
import type { Answer } from '../../support/scim-client.ts';
import type { Operation, World } from './operations.ts';

const METHOD_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users';
const SOURCE = fileURLToPath(new URL('../../../lambdas/handlers/authorizer.ts', import.meta.url));

/** What the gateway answers when the authorizer fails. */
const readFailure = (): Answer => {
  const found = resourcesOf(scimTemplate(), 'AWS::ApiGateway::GatewayResponse').find(
    ({ properties }) => properties.ResponseType === 'AUTHORIZER_FAILURE',
  );
  const { StatusCode, ResponseTemplates = {}, ResponseParameters = {} } = found?.properties ?? {};
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

interface Event {
  readonly type: 'TOKEN';
  readonly authorizationToken: string;
  readonly methodArn: string;
}

type Invoke = (event: Event) => Promise<APIGatewayAuthorizerResult>;

interface Started {
  readonly event: Event;
  readonly invoke: Invoke;
}

const started = new WeakMap<World, Started>();

const bare = (status: number): Answer => ({ status, headers: {}, body: {} as Answer['body'] });

/** A token that Secrets Manager knows, and a function that is asked about it. */
const start = async (world: World, invoke: Invoke) => {
  const { token } = await createToken({ tenant: freshIncarnation(), keyId: randomUUID() });
  const event = { type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn: METHOD_ARN } as const;
  started.set(world, { event, invoke });
};

const authorize = async (world: World): Promise<Answer> => {
  const { event, invoke } = started.get(world) as Started;
  try {
    await invoke(event);
    return bare(200);
  } catch (error) {
    if (error instanceof Error && /^(Error: )?Unauthorized$/.test(error.message)) return bare(401);
    failure ??= readFailure();
    return failure;
  }
};

export const authorizations: readonly Operation[] = [
  {
    name: 'authorizer, first request of a function',
    prepare: async (world) => {
      const process = await FunctionProcess.start(SOURCE);
      world.ends.push(() => process.stop());
      await start(world, (event) => process.invoke(event));
    },
    send: authorize,
    success: 200,
    isCold: true,
    spares: /deployment/,
    short: true,
  },
  {
    name: 'authorizer, token accepted 2 min ago',
    prepare: async (world) => {
      await start(world, handler);
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
