// Plays one case in a world and says what is wrong, if anything: with the answer, with what was stored, with what a
// refusal has left, with a repetition.

import { isDeepStrictEqual } from 'node:util';
import type { RawAnswer } from './door.ts';
import { isProjected, isSuccess, judge, readMessage, SLOW_MS } from './judge.ts';
import { bodyTextOf, type FuzzRequest, fillRequest } from './request.ts';
import { shapeFaults } from './shape.ts';
import { get, type World } from './world.ts';

export interface Fault {
  /** The same for every case of one root cause, as far as can be told. */
  readonly name: string;
  /** For a person: the answer that shows it. */
  readonly shown: string;
}

export interface Case {
  readonly number: number;
  readonly request: FuzzRequest;
  /** Looks also at what a refusal has left and at a repetition, which costs several requests more. */
  readonly isDeep: boolean;
}

const shown = ({ status, text, headers }: RawAnswer) =>
  `${status} ${text.slice(0, 600)}${headers.location ? ` Location: ${headers.location}` : ''}`;

const isWrite = ({ method }: FuzzRequest) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);

const decode = (segment: string) => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const segmentsOf = ({ path }: FuzzRequest) =>
  path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);

const isBulkOrSearch = (request: FuzzRequest) =>
  segmentsOf(request).some((segment) => ['bulk', '.search'].includes(segment.toLowerCase()));

/** Where an answer was late or 503: what it asked for may still be written, by then during another request. */
const unsettled = new WeakSet<World>();

export const play = async (world: World, { number, request, isDeep }: Case): Promise<Fault | undefined> => {
  const filled = fillRequest(request, world.names(number));
  const everything = `${filled.path}${bodyTextOf(filled) ?? ''}`;
  const before = isDeep && isWrite(filled) ? await snapshot(world, everything) : new Map();
  let answer: RawAnswer;
  try {
    answer = await world.door(filled);
  } catch (error) {
    const { name, message, stack = '' } = error as Error;
    return { name: `thrown: ${name} ${placeIn(stack)}`, shown: message };
  }
  // A machine that is busy is slow or away once, and a request that is too dear each time.
  if (answer.milliseconds > SLOW_MS || isUnavailable(answer)) {
    unsettled.add(world);
    const again = await world.door(filled);
    if (again.milliseconds <= SLOW_MS && !isUnavailable(again)) return undefined;
  }
  const fault =
    withCause(judge(filled, answer, world.types), answer) ??
    (await storedFault(world, filled, answer)) ??
    (isDeep ? await deepFault(world, filled, answer, before) : undefined);
  if (isWrite(filled) && isSuccess(answer) && (filled.method === 'DELETE' || isBulkOrSearch(filled)))
    await world.revive();
  return fault === undefined ? undefined : { name: fault, shown: shown(answer) };
};

/** 503, or a bulk request with one that was. */
const isUnavailable = ({ status, text }: RawAnswer) => status === 503 || text.includes('"status":"503"');

/** What the handlers have logged as failures: `error: place`, by the id of the request. */
const failures = new Map<string, string>();

const placeIn = (stack: string) =>
  /(?:lambdas|node_modules)\/[\w/.@-]+:\d+/g.exec(stack.replaceAll(/^.*node:.*$/gm, ''))?.[0] ??
  'nowhere known';

const ourPlaceIn = (stack: string) => /lambdas\/[\w/.-]+:\d+/.exec(stack)?.[0] ?? placeIn(stack);

/** Hears the failures that the handlers log, so that a 500 is named by its place in the code. */
export const hearFailures = (): void => {
  console.error = (line: unknown) => {
    const { error, frames = '', requestId } = line as { error?: string; frames?: string; requestId?: string };
    if (requestId !== undefined) failures.set(requestId, `${error}: ${ourPlaceIn(frames)}`);
  };
};

const withCause = (fault: string | undefined, { status, headers }: RawAnswer) => {
  const cause = failures.get(headers['x-request-id'] ?? '');
  return fault !== undefined && status >= 500 && cause !== undefined ? `${fault} (${cause})` : fault;
};

/** Paths and texts of the world's own resources that a request names. */
const snapshot = async (world: World, text: string): Promise<Map<string, string>> =>
  new Map(
    await Promise.all(
      world.anchorsIn(text).map(async (path) => [path, (await get(world.door, path)).text] as const),
    ),
  );

/** A number that JSON reads as infinite, where a value stands. */
const TOO_LARGE = /[:[,]\s*-?\d[\d.]*[eE]\+?\d{3}/;

/** Whether a write that was accepted can be read back, alone and in a list. */
const storedFault = async (
  world: World,
  request: FuzzRequest,
  answer: RawAnswer,
): Promise<string | undefined> => {
  if (!['POST', 'PUT', 'PATCH'].includes(request.method) || !isSuccess(answer) || isBulkOrSearch(request))
    return;
  const told = readMessage(answer.text);
  const [collection = '', inPath] = segmentsOf(request);
  const id = typeof told?.id === 'string' ? told.id : (inPath ?? '');
  const read = await get(world.door, `/${collection}/${encodeURIComponent(id)}`);
  if (read.status !== 200) return `stored: cannot be read (${read.status})`;
  const stored = readMessage(read.text);
  const [wrong] = shapeFaults(stored, world.types, true);
  if (wrong) return `stored: ${wrong}`;
  if (told && !isProjected(request)) {
    const name = differingName(told, stored ?? {});
    if (name) return `stored: ${name} is not what was answered`;
  }
  const sent = bodyTextOf(request) ?? '';
  if (TOO_LARGE.test(sent) && !sent.includes('Infinity') && /"-?Infinity"/.test(read.text))
    return 'stored: a number has become text';
  const list = await world.door({
    method: 'GET',
    path: `/${collection}`,
    query: [['filter', `id eq ${JSON.stringify(id)}`]],
    headers: {},
  });
  const [listed] = (readMessage(list.text)?.Resources ?? []) as Record<string, unknown>[];
  if (!listed) return `stored: is in no list (${list.status})`;
  const name = differingName(listed, stored ?? {});
  return name && `stored: ${name} is not the same in a list`;
};

/** The first member that two resources do not share. */
const differingName = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>) => {
  const sorted = (value: unknown) =>
    Array.isArray(value) ? value.map((element) => JSON.stringify(element)).sort() : value;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].find(
    (name) => !isDeepStrictEqual(sorted(one[name]), sorted(other[name])),
  );
};

const deepFault = async (
  world: World,
  request: FuzzRequest,
  answer: RawAnswer,
  before: ReadonlyMap<string, string>,
): Promise<string | undefined> => {
  if (request.method === 'HEAD') {
    const { status } = await world.door({ ...request, method: 'GET' });
    return status === answer.status ? undefined : `HEAD is ${answer.status} where GET is ${status}`;
  }
  if (!isWrite(request)) return undefined;
  if (answer.status >= 400) {
    if (unsettled.has(world)) return undefined;
    for (const [path, text] of before)
      if ((await get(world.door, path)).text !== text) return 'a refusal has changed something';
    return undefined;
  }
  return (
    (await lossFault(world, request, before)) ??
    (isRepeatable(request) ? await repetitionFault(world, request, answer) : undefined)
  );
};

/**
 * What nobody asked for: a disabled user who is let in again by a request that says true nowhere, and a group that is emptied
 * by one that neither removes nor has an empty list or null in it.
 */
const lossFault = async (
  world: World,
  request: FuzzRequest,
  before: ReadonlyMap<string, string>,
): Promise<string | undefined> => {
  const body = bodyTextOf(request) ?? '';
  for (const [path, text] of before) {
    const was = readMessage(text);
    const { status, text: now } = await get(world.door, path);
    const is = readMessage(now);
    if (status !== 200) continue;
    if (was?.active === false && is?.active !== false && !/true/i.test(body))
      return 'a disabled user was let in again';
    if (was?.members && !is?.members && !/remove|\[\s*\]|null/i.test(body))
      return 'a group was emptied by what names nobody';
  }
  return undefined;
};

/** PUT always; PATCH where its one operation names no values by a filter (RFC 7644 §3.5.2: what is there is not added again). */
const isRepeatable = (request: FuzzRequest): boolean => {
  const isConditional = Object.keys(request.headers).some((name) => /^if-/i.test(name));
  if (isConditional || isProjected(request)) return false;
  if (request.method === 'PUT') return true;
  const text = bodyTextOf(request) ?? '';
  return request.method === 'PATCH' && (text.match(/"op"/gi) ?? []).length === 1 && !/\[[^\]{]* /.test(text);
};

const withoutMeta = ({ meta: _, ...rest }: Readonly<Record<string, unknown>>) => rest;

const repetitionFault = async (
  world: World,
  request: FuzzRequest,
  answer: RawAnswer,
): Promise<string | undefined> => {
  const [collection = '', id = ''] = segmentsOf(request);
  const path = `/${collection}/${encodeURIComponent(id)}`;
  const first = readMessage((await get(world.door, path)).text) ?? {};
  const again = await world.door(request);
  if (again.status !== answer.status) return `repeated: ${answer.status}, then ${again.status}`;
  const second = readMessage((await get(world.door, path)).text) ?? {};
  const name = differingName(withoutMeta(first), withoutMeta(second));
  if (name) return `repeated: ${name} is another`;
  const [{ version: one }, { version: two }] = [first.meta, second.meta] as [
    { version: string },
    { version: string },
  ];
  return one === two ? undefined : 'repeated: the version is another though nothing is';
};
