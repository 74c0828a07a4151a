// The operator's calls to API Gateway: flushing cached tokens, and the API keys that tenants are throttled by.

import {
  APIGatewayClient,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  FlushStageAuthorizersCacheCommand,
  NotFoundException,
  paginateGetApiKeys,
  paginateGetUsagePlanKeys,
} from '@aws-sdk/client-api-gateway';

/** Flushes the cache of the authorizer, so that it is invoked again for every token. */
export const flushAuthorizerCache = async (restApiId: string, stageName: string): Promise<void> => {
  await new APIGatewayClient({}).send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));
};

interface NamedKey {
  readonly name: string;
  readonly value: string;
}

/** Creates the key and adds it to the plan. Idempotent; false when nothing was missing. */
export const ensureApiKey = async (usagePlanId: string, { name, value }: NamedKey): Promise<boolean> => {
  const gateway = new APIGatewayClient({});
  const create = new CreateApiKeyCommand({ name, value, enabled: true });
  const made = await unlessConflict(gateway.send(create));
  const keyId = made?.id ?? (await findKeyId(gateway, name));
  const join = new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' });
  const joined = await unlessConflict(gateway.send(join));
  return made !== undefined || joined !== undefined;
};

/** Deletes the key with this name; does nothing when there is none. */
export const removeApiKey = async (name: string): Promise<void> => {
  const gateway = new APIGatewayClient({});
  const apiKey = await findKeyId(gateway, name);
  if (apiKey === undefined) return;
  await gateway.send(new DeleteApiKeyCommand({ apiKey })).catch((error: unknown) => {
    if (!(error instanceof NotFoundException)) throw error;
  });
};

/** The names of the plan's keys that start with `nameQuery`; 500 per call. */
export async function* walkKeysOfPlan(usagePlanId: string, nameQuery: string): AsyncGenerator<string> {
  const pages = paginateGetUsagePlanKeys(
    { client: new APIGatewayClient({}), pageSize: 500 },
    { usagePlanId, nameQuery },
  );
  for await (const { items = [] } of pages) {
    for (const { name } of items) if (name?.startsWith(nameQuery)) yield name;
  }
}

/** API Gateway searches keys by the start of their names. */
const findKeyId = async (client: APIGatewayClient, name: string): Promise<string | undefined> => {
  for await (const { items = [] } of paginateGetApiKeys({ client, pageSize: 500 }, { nameQuery: name })) {
    const found = items.find((key) => key.name === name);
    if (found) return found.id;
  }
  return undefined;
};

const unlessConflict = async <Answer>(send: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await send;
  } catch (error) {
    if (error instanceof ConflictException) return undefined;
    throw error;
  }
};
