// Secrets Manager on this machine, with the calls that we make with the real client; there is no small emulator of it. Start here.

import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RotateSecretCommandInput } from '@aws-sdk/client-secrets-manager';
import { listenOnLoopback } from '../process/listen.ts';
import type { StackSecret } from '../stack/secret.ts';
import { assertConstraints } from './constraints.ts';
import { ensureSecret } from './ensure-secret.ts';
import { SecretsManagerError } from './errors.ts';
import { operations } from './operations.ts';
import { type InvokeRotation, runRotation } from './rotation.ts';
import { openSecretFile, type SecretFile } from './secret-file.ts';

/** The running emulator. */
export interface SecretsManager {
  readonly endpoint: string;
  /** Creates the secrets of the stack that do not exist yet. */
  readonly ensure: (stackSecrets: readonly StackSecret[]) => void;
  /** Sets how RotateSecret invokes the rotation function from now on. */
  readonly rotateWith: (invoke: InvokeRotation) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the emulator on a free port of 127.0.0.1. With `file` (a path), secrets are read from it and every change is
 * durable there before it is answered; without, they are in memory.
 */
export const startSecretsManager = async (file?: string): Promise<SecretsManager> => {
  const secretFile = openSecretFile(file);
  let invokeRotation: InvokeRotation = async (functionArn) => {
    throw new Error(`There is no function ${functionArn}.`);
  };
  const rotate: AfterRotateSecret = (input, rotated) => {
    runRotation(secretFile, input, rotated, (...call) => invokeRotation(...call)).catch((error: unknown) =>
      console.error(
        'The rotation of',
        rotated.Name,
        'failed:',
        error instanceof Error ? error.message : error,
      ),
    );
  };
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, secretFile, rotate);
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  const ensure: SecretsManager['ensure'] = (stackSecrets) =>
    secretFile.commit(() => {
      for (const each of stackSecrets) ensureSecret(secretFile.secrets, each);
    });
  const rotateWith: SecretsManager['rotateWith'] = (invoke) => {
    invokeRotation = invoke;
  };
  return { endpoint: `http://127.0.0.1:${port}`, ensure, rotateWith, stop };
};

type AfterRotateSecret = (
  input: RotateSecretCommandInput,
  rotated: { readonly ARN: string; readonly Name: string; readonly VersionId: string },
) => void;

/** AWS JSON 1.1: the operation is a header, its input the body, and an error's type a member of the answer. */
const answer = async (
  request: IncomingMessage,
  { secrets, commit }: SecretFile,
  afterRotateSecret: AfterRotateSecret,
) => {
  try {
    const target = String(request.headers['x-amz-target']);
    const name = target.replace(/^secretsmanager\./, '');
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new SecretsManagerError('UnknownOperationException', `No operation ${target}.`);
    const input = parseInput(await text(request));
    assertConstraints(input);
    const body = commit(() => operation(secrets, input));
    if (name === 'RotateSecret') afterRotateSecret(input, body as Parameters<AfterRotateSecret>[1]);
    return { status: 200, body };
  } catch (error) {
    if (error instanceof SecretsManagerError) {
      return { status: 400, body: { __type: error.type, Message: error.message } };
    }
    console.error('The Secrets Manager emulator failed:', error);
    return {
      status: 500,
      body: { __type: 'InternalServiceError', Message: 'See the output of the local run.' },
    };
  }
};

const parseInput = (body: string): never => {
  try {
    return JSON.parse(body) as never;
  } catch {
    throw new SecretsManagerError('SerializationException', 'The body is not JSON.');
  }
};
