// The gateway of the local run in front of functions and an authorizer that are made for the purpose.

import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type FunctionHost, hostFunctions } from '../../../../bin/local/functions/host.ts';
import { type Gateway, startGateway } from '../../../../bin/local/gateway/gateway.ts';
import { functionsOnTheWay } from '../../../../bin/local/stack/gateway.ts';
import { readStack } from '../../../../bin/local/stack/stack.ts';
import { fixtureTemplate } from '../fixture/template.ts';

/** Plays it for the tests of a file; what it returns is there once they run. */
export const playGateway = () => {
  let functions: FunctionHost;
  let gateway: Gateway;

  beforeAll(async () => {
    const stack = readStack(fixtureTemplate);
    functions = hostFunctions(stack.functions, { AWS_REGION: 'eu-central-1' });
    gateway = await startGateway(0);
    await functions.load(functionsOnTheWay(stack));
    gateway.serve(stack, functions.invoke);
  });
  afterAll(async () => {
    await gateway.stop();
    await functions.stop();
  });

  const baseUrl = () => `http://127.0.0.1:${gateway.port}/scim`;
  const get = (path: string, token: string | undefined = 'Bearer allow-acme', init: RequestInit = {}) =>
    fetch(`${baseUrl()}${path}`, {
      ...init,
      headers: { ...(token && { Authorization: token }), ...init.headers },
    });
  return {
    port: () => gateway.port,
    baseUrl,
    invoke: (...call: Parameters<FunctionHost['invoke']>) => functions.invoke(...call),
    get,
    /** The event that the function of this path gets. */
    eventOf: async (path: string, init?: RequestInit): Promise<APIGatewayProxyEvent> => {
      const answer = await get(path, undefined, init);
      expect(answer.status).toBe(200);
      return (await answer.json()) as APIGatewayProxyEvent;
    },
  };
};

/** The functions' output (errors that a test provokes) is not the test's. */
export const quietly = async <Result>(act: () => Promise<Result>): Promise<Result> => {
  const silenced = [
    jest.spyOn(process.stderr, 'write').mockReturnValue(true),
    jest.spyOn(console, 'error').mockReturnValue(),
  ];
  try {
    return await act();
  } finally {
    for (const spy of silenced) spy.mockRestore();
  }
};
