// What the operator's commands ask of API Gateway: to forget tokens, and to keep the key by which a tenant is throttled.

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

/** Makes the gateway ask the authorizer again about every token. */
export const flushAuthorizerCache = async (restApiId: string, stageName: string): Promise<void> => {
  await new APIGatewayClient({}).send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));
};

interface NamedKey {
  readonly name: string;
  readonly value: string;
}

/** Makes the key and adds it to the plan. Repeatable; false when all was there. */
export const ensureApiKey = async (usagePlanId: string, { name, value }: NamedKey): Promise<boolean> => {
  const gateway = new APIGatewayClient({});
  const create = new CreateApiKeyCommand({ name, value, enabled: true });
  const made = await unlessConflict(gateway.send(create));
  const keyId = made?.id ?? (await findKeyId(gateway, name));
  const join = new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' });
  const joined = await unlessConflict(gateway.send(join));
  return made !== undefined || joined !== undefined;
};

/** Removes the key of this name from API Gateway; harmless when there is none. */
export const removeApiKey = async (name: string): Promise<void> => {
  const gateway = new APIGatewayClient({});
  const apiKey = await findKeyId(gateway, name);
  if (apiKey === undefined) return;
  await gateway.send(new DeleteApiKeyCommand({ apiKey })).catch((error: unknown) => {
    if (!(error instanceof NotFoundException)) throw error;
  });
};

/** The names of the plan's keys that begin so; 500 a call. */
export async function* walkKeysOfPlan(usagePlanId: string, nameQuery: string): AsyncGenerator<string> {
  const pages = paginateGetUsagePlanKeys(
    { client: new APIGatewayClient({}), pageSize: 500 },
    { usagePlanId, nameQuery },
  );
  for await (const { items = [] } of pages) {
    for (const { name } of items) if (name?.startsWith(nameQuery)) yield name;
  }
}

/** API Gateway finds keys by the beginning of their name. */
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
