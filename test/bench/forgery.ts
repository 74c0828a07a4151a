// npm run bench:forgery [-- --rate 2000] [-- --seconds 20]: forged but well-formed tokens beside one honest tenant, through the
// authorizer with as many invocations at a time as its reserved concurrency allows. What the gateway remembers is left out: on
// AWS an honest token reaches the authorizer once in five minutes, here with every request.

import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { configOf } from '../../lib/settings/config.ts';
import startEmulators from '../setup/start-emulators.ts';
import stopEmulators from '../setup/stop-emulators.ts';
import { machine } from './machine.ts';
import { cpuMs, percentile } from './statistics.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '20' },
  },
});
const [rate, seconds] = [Number(values.rate), Math.min(60, Number(values.seconds))];
const HONEST_PER_SECOND = 20;

const { log } = console;
for (const name of ['info', 'error', 'log'] as const) console[name] = () => {};
// Metrics are not written by console: one line for each forgery.
const write = process.stdout.write.bind(process.stdout) as (text: string) => boolean;
process.stdout.write = ((text: string) => text.startsWith('{"_aws"') || write(text)) as never;
await startEmulators();
const { handler } = await import('../../lambdas/handlers/authorizer.ts');
const { createTenant } = await import('../../lambdas/operations/create-tenant.ts');
const { secrets } = await import('../../lambdas/credentials/secrets-manager.ts');
const { makeToken } = await import('../../lambdas/credentials/token.ts');
const { freshTenantId, freshIncarnation } = await import('../setup/fresh-tenant.ts');

const slots = configOf({}, 'Scim').authorizerConcurrency;
const { token: honest, incarnation } = await createTenant(freshTenantId());

/** Half of them for the tenant that is there, half for made-up ones. */
const forge = (n: number): string =>
  makeToken(
    { tenant: n % 2 ? incarnation : freshIncarnation(), keyId: randomUUID() },
    randomBytes(48).toString('base64url'),
  );

let calls = 0;
const send = secrets.send.bind(secrets) as (...args: unknown[]) => Promise<never>;
Object.assign(secrets, {
  send: (...args: unknown[]) => {
    calls += 1;
    return send(...args);
  },
});

let busy = 0;

/** Undefined when all slots are taken: Lambda throttles it, and the gateway answers 503. */
const invoke = async (
  token: string,
): Promise<{ readonly ms: number; readonly accepted: boolean } | undefined> => {
  if (busy >= slots) return undefined;
  busy += 1;
  const startedAt = performance.now();
  const accepted = await handler({
    type: 'TOKEN',
    authorizationToken: `Bearer ${token}`,
    methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:abc123/scim/GET/acme/v2/Users',
  }).then(
    () => true,
    () => false,
  );
  busy -= 1;
  return { ms: performance.now() - startedAt, accepted };
};

interface Phase {
  readonly honestMs: number[];
  readonly forgedMs: number[];
  throttledHonest: number;
  throttledForged: number;
  wrong: number;
}

/** Sends honest tokens, and forged ones of `tokens` at `rate`, for so many seconds. */
const play = async (tokens: readonly string[], forSeconds: number): Promise<Phase> => {
  const phase: Phase = { honestMs: [], forgedMs: [], throttledHonest: 0, throttledForged: 0, wrong: 0 };
  const ask = async (token: string, isForged: boolean) => {
    const outcome = await invoke(token);
    if (!outcome) phase[isForged ? 'throttledForged' : 'throttledHonest'] += 1;
    else {
      (isForged ? phase.forgedMs : phase.honestMs).push(outcome.ms);
      if (outcome.accepted === isForged) phase.wrong += 1;
    }
  };
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  let [forged, honestSent] = [0, 0];
  for (let elapsed = 0; elapsed < forSeconds * 1000; elapsed = performance.now() - startedAt) {
    if (honestSent < (elapsed / 1000) * HONEST_PER_SECOND) {
      honestSent += 1;
      pending.push(ask(honest, false));
    }
    if (forged < Math.min(tokens.length, (elapsed / 1000) * rate))
      pending.push(ask(tokens[forged++] ?? '', true));
    // One after the other, as from a network: what comes in one instant would take all slots before any is free again.
    await nextTurn();
  }
  await Promise.all(pending);
  return phase;
};

const told = ({ honestMs }: Phase) =>
  [0.5, 0.95, 0.99].map((share) => `${percentile(honestMs, share).toFixed(1)} ms`).join(', ');

try {
  await play([], 2);
  const alone = await play([], 5);
  const tokens = Array.from({ length: rate * seconds }, (_, n) => forge(n));
  calls = 0;
  const flooded = await play(tokens, seconds);
  const floodCalls = calls;
  const again = tokens.slice(0, 20_000);
  const forgeryMs = await cpuMs(async () => {
    for (const token of again) await invoke(token);
  });
  const sent = flooded.forgedMs.length + flooded.throttledForged;
  const occupied = flooded.forgedMs.reduce((sum, ms) => sum + ms, 0) / (seconds * 1000);
  const honestCalls = flooded.honestMs.length;
  log(
    [
      machine(),
      `${(sent / seconds).toFixed(0)} forgeries a second for ${seconds} s, beside ${HONEST_PER_SECOND} honest requests a second; ${slots} invocations at a time`,
      `honest alone: p50, p95, p99 of ${told(alone)}`,
      `honest beside forgeries: ${told(flooded)}; ${flooded.throttledHonest} of ${honestCalls + flooded.throttledHonest} throttled`,
      `forged: ${occupied.toFixed(1)} of ${slots} invocations occupied on average, ${flooded.throttledForged} throttled, ${flooded.wrong} wrong answers`,
      `CPU of refusing a forgery: ${(forgeryMs / again.length).toFixed(3)} ms`,
      `calls to Secrets Manager for ${sent} forgeries: ${floodCalls - honestCalls}`,
    ].join('\n'),
  );
  if (flooded.wrong > 0) process.exitCode = 1;
} finally {
  await stopEmulators();
}
process.exit();
