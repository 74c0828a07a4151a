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
} from '@aws-sdk/client-api-gateway';

/** Makes the gateway ask the authorizer again about every token. */
export const flushAuthorizerCache = async (restApiId: string, stageName: string): Promise<void> => {
  await new APIGatewayClient({}).send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));
};

/** Makes the key with this value, which is its name too, and adds it to the plan. Repeatable; false when all was there. */
export const ensureApiKey = async (usagePlanId: string, value: string): Promise<boolean> => {
  const gateway = new APIGatewayClient({});
  const create = new CreateApiKeyCommand({ name: value, value, enabled: true });
  const made = await unlessConflict(gateway.send(create));
  const keyId = made?.id ?? (await findKeyId(gateway, value));
  const join = new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' });
  const joined = await unlessConflict(gateway.send(join));
  return made !== undefined || joined !== undefined;
};

/** Removes the key with this value from API Gateway; harmless when there is none. */
export const removeApiKey = async (value: string): Promise<void> => {
  const gateway = new APIGatewayClient({});
  const apiKey = await findKeyId(gateway, value);
  if (apiKey === undefined) return;
  await gateway.send(new DeleteApiKeyCommand({ apiKey })).catch((error: unknown) => {
    if (!(error instanceof NotFoundException)) throw error;
  });
};

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
