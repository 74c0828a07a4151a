// Turns what was observed into the lines of a recording.

import { isObject, type Json, type JsonObject } from '../../lambdas/scim/json.ts';
import type { CommandDescription, CommandResult } from './commands.ts';
import { PROBE_TENANT, type SeenEvent } from './local-run.ts';
import type { Normaliser } from './normalise.ts';
import type { Exchange } from './proxy.ts';
import type { Post } from './receiver.ts';

/** One line: an object whose first member is its kind. */
export type Entry = JsonObject;

type Headers = readonly (readonly [name: string, value: string])[];

/** Headers added by the transport: the local gateway's server, or the client that posts. */
const OF_THE_CARRIER = /^(connection|keep-alive|date|content-length|transfer-encoding|host)$/i;

const headersOf = (headers: Headers, { text }: Normaliser): JsonObject =>
  Object.fromEntries(
    headers
      .filter(([name]) => !OF_THE_CARRIER.test(name))
      .map(([name, value]): [string, string] => [name, text(value)])
      .sort(([one], [other]) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1)),
  );

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A query string, decoded; invalid encoding stays as it is. */
const readable = (path: string): string => {
  const plain = path.replaceAll('+', ' ').replaceAll(/(?<=[?&]cursor=)[^&]+/g, '<cursor>');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
};

/** Pages of a list, by startIndex or cursor: ordered by ids, so by chance. */
const isPart = (body: Json): body is JsonObject & { readonly Resources: readonly Json[] } =>
  isObject(body) && Array.isArray(body.Resources) && body.Resources.length < Number(body.totalResults);

/** Sorted lists, and descriptions, are not ordered by ids. */
const hasOrder = (path: string) => /sortBy=|\/(Schemas|ResourceTypes)$/.test(path);

const listOf = ({ Resources }: JsonObject): readonly Json[] | undefined =>
  Array.isArray(Resources) ? Resources : undefined;

/** What was observed in one part of a recording, in chronological order. */
export type Seen =
  | { readonly exchange: Exchange }
  | { readonly command: CommandResult }
  | { readonly simulate: string; readonly exit: number | string };

/** Which resource is on which page is chance; the resources on all pages of a walk are not, and get lines of their own. */
export const seenEntries = (seen: readonly Seen[], normaliser: Normaliser): Entry[] => {
  const walks = new Walks();
  const entries = seen.map((one): Entry => {
    if ('simulate' in one) return one;
    if ('command' in one) return commandEntry(one.command, normaliser);
    return httpEntry(one.exchange, normaliser, walks);
  });
  return [...entries, ...walks.entries()];
};

/** The resources on the pages of lists that were walked to the end. */
class Walks {
  readonly #underWay = new Map<string, string[]>();
  readonly #met = new Map<string, Set<string>>();

  page(list: string, query: string, total: number, resources: readonly Json[]): void {
    const isFirst = !/startIndex=|cursor=/.test(query) || /startIndex=1(&|$)|cursor=(&|$)/.test(query);
    const met = [
      ...(isFirst ? [] : (this.#underWay.get(list) ?? [])),
      ...resources.map((one) => JSON.stringify(one)),
    ];
    this.#underWay.set(list, met);
    if (met.length === total) this.#met.set(list, (this.#met.get(list) ?? new Set()).union(new Set(met)));
  }

  entries(): Entry[] {
    return [...this.#met].flatMap(([list, resources]) =>
      [...resources].sort().map((text): Entry => ({ 'on pages': list, resource: JSON.parse(text) })),
    );
  }
}

const httpEntry = (
  { method, path, status, headers, body }: Exchange,
  normaliser: Normaliser,
  walks: Walks,
): Entry => {
  const parsed = parse(body);
  const http = normaliser.text(`${method} ${readable(path)}`);
  const answer = { http, status, headers: headersOf(headers, normaliser) };
  if (parsed === undefined) return { ...answer, body: body && '<no JSON>' };
  if (!isPart(parsed)) {
    const body = normaliser.json(parsed);
    const inOrder = isObject(parsed) && hasOrder(path) ? listOf(parsed) : undefined;
    if (!inOrder || !isObject(body)) return { ...answer, body };
    return { ...answer, body: { ...body, Resources: inOrder.map((resource) => normaliser.json(resource)) } };
  }
  const [list = '', query = ''] = http.split('?');
  const resources = parsed.Resources.map((resource) => normaliser.json(resource));
  walks.page(list, path.split('?')[1] ?? query, Number(parsed.totalResults), resources);
  const Resources = resources.map(() => '<one of a walk>');
  return { ...answer, body: normaliser.json({ ...parsed, Resources }) };
};

/** Human text is only recorded as present. */
const printed = (output: string, { json }: Normaliser): Json => {
  if (output === '') return '';
  const lines = output.trimEnd().split('\n').map(parse);
  if (lines.some((line) => line === undefined)) return '<text>';
  const values = lines.map((line) =>
    json(isObject(line) && 'error' in line ? { ...line, error: '<text>' } : (line ?? null)),
  );
  return values.length === 1 ? (values[0] ?? null) : values;
};

export const commandEntry = (
  { argv, exit, stdout, stderr }: CommandResult,
  normaliser: Normaliser,
): Entry => ({
  command: normaliser.text(argv.join(' ')),
  exit,
  stdout: printed(stdout, normaliser),
  stderr: printed(stderr, normaliser),
});

export const helpEntry = ({ name, usage, options, commands }: CommandDescription): Entry => ({
  help: name,
  usage,
  options,
  commands,
});

const sorted = (entries: Entry[]): Entry[] =>
  entries.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

/** The id of an event differs in each run; that of its resource is known. */
const eventDetail = (detail: Json, { json }: Normaliser): Json =>
  json(isObject(detail) && typeof detail.id === 'string' ? { ...detail, id: '<event>' } : detail);

/** Each message once: events may be published, and posted, more than once. */
const onceEach = <Message>(
  messages: readonly Message[],
  idOf: (message: Message) => Json | undefined,
): Message[] => [...new Map(messages.map((message, at) => [idOf(message) ?? at, message])).values()];

const idIn = (detail: unknown): Json | undefined => (isObject(detail) ? detail.id : undefined);

/** Sorted, because the order of stream and queue cannot be observed. */
export const eventEntries = (events: readonly SeenEvent[], normaliser: Normaliser): Entry[] =>
  sorted(
    onceEach(events, ({ detail }) => idIn(detail))
      .filter(({ detail }) => !isObject(detail) || detail.tenant !== PROBE_TENANT)
      .map(({ detailType, source, detail }) => ({
        event: detailType,
        source,
        detail: eventDetail(detail as Json, normaliser),
      })),
  );

export const postEntries = (posts: readonly Post[], normaliser: Normaliser): Entry[] => {
  const read = posts.map((post) => ({ ...post, message: parse(post.body) }));
  const eventIn = ({ message }: (typeof read)[number]) => (isObject(message) ? message.data : undefined);
  return sorted(
    onceEach(read, (post) => `${post.path} ${idIn(eventIn(post))}`).map((post) => {
      const { path, headers, message } = post;
      const data = eventIn(post) ?? null;
      const shown = headers.map(([name, value]) => [name, value === idIn(data) ? '<event>' : value] as const);
      const body = isObject(message)
        ? { ...(normaliser.json(message) as JsonObject), data: eventDetail(data, normaliser) }
        : '<no JSON>';
      return { post: path, headers: headersOf(shown, normaliser), body };
    }),
  );
};
