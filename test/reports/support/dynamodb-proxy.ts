// A store behind a bad network: a proxy in front of an emulator that holds calls, cuts connections, throttles, delays, stays
// silent, and records the traffic. It serves DynamoDB, and whatever else names its operations in `X-Amz-Target`.

import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../../../bin/local/process/listen.ts';

/** One call as it was sent: `PutItem`, and its JSON. */
export interface DynamoDBCall {
  readonly operation: string;
  readonly text: string;
  /** The same for all attempts of the SDK at one call. */
  readonly invocation: string;
}

/** An answer that the emulator would not give. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

/**
 * What becomes of a call; `cutAfter`: it is done, and nobody hears so; `reset`: the connection ends as one that is refused;
 * `silent`: there is no answer, and with `silentAfter` the call is done all the same.
 */
export type Fate =
  | 'pass'
  | 'cutBefore'
  | 'cutAfter'
  | 'reset'
  | 'silent'
  | 'silentAfter'
  | 'throttle'
  | Reply;

export type Matches = (call: DynamoDBCall) => boolean;

export interface Rule {
  /** The number of calls that it was applied to. */
  readonly applied: () => number;
  readonly end: () => void;
}

export interface HeldCall {
  /** Resolves when the call has arrived and is held. */
  readonly arrived: Promise<DynamoDBCall>;
  readonly release: (fate?: Fate) => void;
}

/** The recorded traffic. */
export interface Account {
  readonly calls: DynamoDBCall[];
  readUnits: number;
  writeUnits: number;
}

export interface DynamoDBProxy {
  readonly endpoint: string;
  /** Applies `fate` to the next `times` matching calls. */
  readonly intercept: (
    matches: Matches,
    fate: (call: DynamoDBCall) => Fate | Promise<Fate>,
    times?: number,
  ) => Rule;
  /** Holds the next matching call until it is released. */
  readonly hold: (matches: Matches) => HeldCall;
  /** Holds every matching call until it is released. */
  readonly holdAll: (matches: Matches) => { readonly release: () => void };
  /** Delays every matching call. */
  readonly delay: (matches: Matches, ms: number) => Rule;
  /** Records the matching calls during `work`. */
  readonly during: (work: () => Promise<unknown>, matches?: Matches) => Promise<Account>;
  /** Cuts the connections of the calls that match and were left without an answer. */
  readonly endSilence: (matches: Matches) => void;
  /** Listens no more, and ends every connection, until `accept`. */
  readonly refuse: () => void;
  readonly accept: () => Promise<void>;
  /** Ends every rule, and releases the held calls. */
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

const WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)/;

export const isWrite: Matches = ({ operation }) => WRITES.test(operation);

/** Matches writes that mention a value of the test: an id, a name, a tenant. */
export const writeOf =
  (...values: readonly string[]): Matches =>
  (call) =>
    isWrite(call) && values.some((value) => call.text.includes(value));

export const isRead: Matches = ({ operation }) =>
  /^(?:GetItem|BatchGetItem|Query|Scan|TransactGet)/.test(operation);

/** How the local run reads the stream. */
export const isStreamRead: Matches = ({ operation }) => operation === 'GetRecords';

interface OpenRule {
  readonly matches: Matches;
  readonly fate: (call: DynamoDBCall) => Fate | Promise<Fate>;
  left: number;
  applied: number;
}

interface Keeping {
  readonly account: Account;
  readonly matches: Matches;
}

interface Capacity {
  readonly CapacityUnits?: number;
}

/** Starts the proxy on a free port of 127.0.0.1. */
export const startDynamoDBProxy = async (emulator: string): Promise<DynamoDBProxy> => {
  const agent = new Agent({ keepAlive: true });
  let rules: OpenRule[] = [];
  const keepings = new Set<Keeping>();
  const releases = new Set<() => void>();
  const silenced = new Map<Socket, DynamoDBCall>();

  const hush = ({ socket }: IncomingMessage, call: DynamoDBCall) => {
    silenced.set(socket, call);
    socket.once('close', () => silenced.delete(socket));
  };

  const decide = async (call: DynamoDBCall): Promise<Fate> => {
    const rule = rules.find(({ matches, left }) => left > 0 && matches(call));
    if (!rule) return 'pass';
    rule.left--;
    rule.applied++;
    return rule.fate(call);
  };

  const forward = async (message: IncomingMessage, sent: Buffer) => {
    const headers = { ...message.headers, 'content-length': String(sent.length) };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request(emulator, { agent, method: message.method, path: message.url, headers }, resolve)
      .on('error', reject)
      .end(sent);
    const answer = await promise;
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
  };

  const pass = async (message: IncomingMessage, sent: Buffer, call: DynamoDBCall) => {
    const keeping = [...keepings].filter(({ matches }) => matches(call));
    if (keeping.length === 0) return forward(message, sent);
    for (const { account } of keeping) account.calls.push(call);
    const body = Buffer.from(JSON.stringify({ ...JSON.parse(call.text), ReturnConsumedCapacity: 'TOTAL' }));
    const answer = await forward(message, body);
    const { ConsumedCapacity = [] }: { ConsumedCapacity?: Capacity | Capacity[] } = JSON.parse(
      answer.body.toString() || '{}',
    );
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    for (const { account } of keeping) account[isWrite(call) ? 'writeUnits' : 'readUnits'] += units;
    return answer;
  };

  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    const sent = await buffer(message);
    const operation =
      String(message.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const invocation = String(message.headers['amz-sdk-invocation-id'] ?? '');
    const call = { operation, text: sent.toString(), invocation };
    const fate = await decide(call);
    if (fate === 'cutBefore') return message.socket.destroy();
    if (fate === 'reset') return message.socket.resetAndDestroy();
    if (fate === 'silent') return hush(message, call);
    if (typeof fate === 'object') {
      response.writeHead(fate.status, { 'content-type': 'application/x-amz-json-1.0' });
      return response.end(JSON.stringify(fate.body));
    }
    if (fate === 'throttle') {
      const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      return response.end(JSON.stringify({ __type, message: 'The table falters.' }));
    }
    const answer = await pass(message, sent, call);
    if (fate === 'cutAfter') return message.socket.destroy();
    if (fate === 'silentAfter') return hush(message, call);
    response.writeHead(answer.status, answer.headers);
    return response.end(answer.body);
  };

  const server = createServer((message, response) => {
    handle(message, response).catch(() => message.socket.destroy());
  });
  const { port, stop } = await listenOnLoopback(server, 0);

  const intercept: DynamoDBProxy['intercept'] = (matches, fate, times = Number.POSITIVE_INFINITY) => {
    const rule = { matches, fate, left: times, applied: 0 };
    rules.push(rule);
    return {
      applied: () => rule.applied,
      end: () => {
        rules = rules.filter((each) => each !== rule);
      },
    };
  };
  const reset = () => {
    rules = [];
    for (const release of releases) release();
    releases.clear();
  };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    intercept,
    hold: (matches) => {
      const arrival = Promise.withResolvers<DynamoDBCall>();
      const going = Promise.withResolvers<Fate>();
      const rule = intercept(
        matches,
        (call) => {
          arrival.resolve(call);
          return going.promise;
        },
        1,
      );
      const release = (fate: Fate = 'pass') => {
        rule.end();
        going.resolve(fate);
      };
      releases.add(release);
      return { arrived: arrival.promise, release };
    },
    holdAll: (matches) => {
      const going = Promise.withResolvers<Fate>();
      const rule = intercept(matches, () => going.promise);
      const release = () => {
        rule.end();
        going.resolve('pass');
      };
      releases.add(release);
      return { release };
    },
    delay: (matches, ms) => intercept(matches, () => sleep(ms, 'pass' as const)),
    during: async (work, matches = () => true) => {
      const keeping = { account: { calls: [], readUnits: 0, writeUnits: 0 }, matches };
      keepings.add(keeping);
      await work().finally(() => keepings.delete(keeping));
      return keeping.account;
    },
    endSilence: (matches) => {
      for (const [socket, call] of silenced) if (matches(call)) socket.destroy();
    },
    refuse: () => {
      server.close();
      server.closeAllConnections();
    },
    accept: async () => {
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    reset,
    stop: async () => {
      reset();
      await stop();
      agent.destroy();
    },
  };
};
