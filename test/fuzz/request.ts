// A request of the fuzzer, with {{placeholders}} for what only a tenant has: ids and its URL.

import { type Tree, textOf } from './tree.ts';

export interface FuzzRequest {
  readonly method: string;
  /** Behind the Tenant URL, percent-encoded as it is sent. */
  readonly path: string;
  /** Decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** A text is sent as it is. */
  readonly body?: Tree | string | undefined;
}

/** What the placeholders stand for. */
export type Names = Readonly<Record<string, string>>;

export const fill = (template: string, names: Names): string =>
  template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => names[name] ?? whole);

export const bodyTextOf = ({ body }: FuzzRequest): string | undefined =>
  typeof body === 'object' ? textOf(body) : body;

/** The request of a tenant. */
export const fillRequest = (request: FuzzRequest, names: Names): FuzzRequest => {
  const body = bodyTextOf(request);
  return {
    method: request.method,
    path: fill(request.path, names),
    query: request.query.map(([name, value]) => [fill(name, names), fill(value, names)]),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, fill(value, names)]),
    ),
    body: body === undefined ? undefined : fill(body, names),
  };
};

const MAX_SHOWN = 2000;

const quoted = (text: string): string => {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  const shown = escaped.length > MAX_SHOWN ? `${escaped.slice(0, MAX_SHOWN)}…(${text.length})` : escaped;
  return `'${shown.replaceAll("'", `'\\''`)}'`;
};

const encode = (text: string) => encodeURIComponent(text.toWellFormed());

/** As a line that a person can read and try; control characters and half characters are written as JSON writes them. */
export const curlOf = (request: FuzzRequest): string => {
  const query = request.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const headers = Object.entries(request.headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const body = bodyTextOf(request);
  const url = `"$TENANT_URL"${quoted(query === '' ? request.path : `${request.path}?${query}`)}`;
  return [
    `curl --path-as-is -g -X ${quoted(request.method)}`,
    url,
    ...headers,
    ...(body === undefined ? [] : [`--data-binary ${quoted(body)}`]),
  ].join(' ');
};
