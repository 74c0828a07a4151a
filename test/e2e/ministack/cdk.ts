// The stack on MiniStack, by the commands of the README; what only the emulator needs is said in settings.

import {
  CloudFormationClient,
  DeleteStackCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { rootPath } from '../../../bin/shared/root-path.ts';
import { CommandFailed, run, runScript } from '../command.ts';

export const STACK = 'Scim';

const SETTINGS = {
  emulator: true,
  // So that nothing of it is left at the end.
  deletionProtection: false,
  authorizerCacheSeconds: 3,
};

const cdk = (signal: AbortSignal, command: string, settings: object, ...args: string[]): Promise<string> => {
  const context = Object.entries(settings).flatMap(([name, value]) => ['-c', `scim:${name}=${value}`]);
  return run('npx', ['cdk', command, ...context, '--no-notices', ...args], { signal });
};

const OUTPUT = ['--output', rootPath('.local/e2e/cdk.out')];

export const bootstrap = (signal: AbortSignal): Promise<string> =>
  cdk(signal, 'bootstrap', SETTINGS, ...OUTPUT);

/** Makes the cloud assembly that `deploy` deploys, in this folder. */
export const synthesize = (signal: AbortSignal, folder: string): Promise<string> =>
  cdk(signal, 'synth', SETTINGS, '--quiet', '--output', folder);

const DEPLOYMENT = [
  ...['--require-approval', 'never'],
  ...['--outputs-file', rootPath('.local/e2e/outputs.json')],
];

/** Deploys with these settings beside those that the test needs; answers with what CDK said. */
export const deploy = (signal: AbortSignal, settings: object = {}): Promise<string> =>
  cdk(signal, 'deploy', { ...SETTINGS, ...settings }, ...OUTPUT, ...DEPLOYMENT);

/** Deploys a cloud assembly as it is, whatever this repository would make of it. */
export const deployAssembly = (signal: AbortSignal, folder: string): Promise<string> =>
  cdk(signal, 'deploy', {}, '--app', folder, ...DEPLOYMENT);

/** Deletes the stack by its name (`cdk destroy` does nothing on MiniStack) and waits until it is gone. */
export const destroy = async (signal: AbortSignal): Promise<void> => {
  const client = new CloudFormationClient({});
  await client.send(new DeleteStackCommand({ StackName: STACK }));
  const patience = { client, maxWaitTime: 120, minDelay: 1, maxDelay: 2, abortSignal: signal };
  await waitUntilStackDeleteComplete(patience, { StackName: STACK });
  // The operator's commands say so too.
  const answer = await runScript('bin/scim.ts', ['--stack', STACK, 'tenant', 'list'], { signal }).catch(
    (error: unknown) => error,
  );
  if (!(answer instanceof CommandFailed && /There is no stack/.test(answer.output))) {
    throw new Error(`Stack ${STACK} is still there: ${answer}`);
  }
};
