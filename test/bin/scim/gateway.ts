// The stack Scim of the tests with an API Gateway beside it, in a session that can expire.

import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { type ApiKeys, openApiKeys } from '../../../bin/local/gateway/api-keys.ts';
import { type ApiGateway, startApiGateway } from '../../../bin/local/gateway/control-api.ts';
import { listenOnLoopback } from '../../../bin/local/process/listen.ts';
import { playStacks } from './cloudformation.ts';

/** The sentence for an expired session. */
export const EXPIRED = /^The AWS session is not valid or has expired: sign in again/m;

interface PlayedGateway {
  readonly keys: ApiKeys;
  /** How often the authorizer's cache was flushed. */
  readonly flushes: () => number;
  readonly letSessionExpire: () => void;
  /** Ends that; it is done after every test as well. */
  readonly signIn: () => void;
}

const startExpired = async () => {
  const server = createServer((_, response) => {
    response.writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException' });
    response.end('{"message":"The security token included in the request is expired"}');
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop };
};

/** Plays it for the tests of a file, with the stacks Scim, Unthrottled, and Old, which has none of the newer outputs. */
export const playGateway = (): PlayedGateway => {
  const keys = openApiKeys();
  let flushes = 0;
  let apiGateway: ApiGateway;
  let expired: Awaited<ReturnType<typeof startExpired>>;
  const signIn = () => {
    process.env.AWS_ENDPOINT_URL_API_GATEWAY = apiGateway.endpoint;
  };
  const outputs = {
    BaseUrl: 'https://scim.example.com',
    TableName: process.env.TABLE_NAME ?? '',
    SecretPrefix: 'scim',
  };
  const gateway = { RestApiId: 'api', StageName: 'scim', UsagePlanId: 'plan' };
  const RotationFunctionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:Rotation';
  playStacks({
    Scim: { ...outputs, ...gateway, RotationFunctionArn },
    Unthrottled: { ...outputs, RestApiId: 'api', StageName: 'scim' },
    Old: outputs,
  });
  beforeAll(async () => {
    apiGateway = await startApiGateway(keys, () => {
      flushes += 1;
    });
    expired = await startExpired();
    signIn();
  });
  afterAll(() => Promise.all([apiGateway.stop(), expired.stop()]));
  afterEach(signIn);
  return {
    keys,
    flushes: () => flushes,
    letSessionExpire: () => {
      process.env.AWS_ENDPOINT_URL_API_GATEWAY = expired.endpoint;
    },
    signIn,
  };
};
