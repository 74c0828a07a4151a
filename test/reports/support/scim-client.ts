// A SCIM client over HTTP, for one tenant.

import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** The members of any SCIM message that tests read by name. */
export interface Message {
  readonly id: string;
  readonly meta: { readonly version: string; readonly lastModified: string };
  readonly totalResults: number;
  readonly Resources: readonly Message[];
  readonly detail: string;
  readonly members: readonly { readonly value: string }[];
  readonly groups: readonly { readonly value: string; readonly display?: string }[];
  readonly [name: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Message;
}

type Headers = Readonly<Record<string, string>>;

/** The gateway's timeout is 29 seconds. */
const TIMEOUT_MS = 45_000;

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path?: string;
  readonly value?: unknown;
}

export class ScimClient {
  readonly tenant: string;
  readonly url: string;
  readonly token: string;

  constructor(tenant: string, url: string, token: string) {
    this.tenant = tenant;
    this.url = url;
    this.token = token;
  }

  get = (path: string, headers?: Headers) => this.send('GET', path, undefined, headers);
  post = (path: string, body: unknown) => this.send('POST', path, body);
  put = (path: string, body: unknown, headers?: Headers) => this.send('PUT', path, body, headers);
  delete = (path: string, headers?: Headers) => this.send('DELETE', path, undefined, headers);
  patch = (path: string, operations: readonly Operation[], headers?: Headers) =>
    this.send('PATCH', path, { schemas: [PATCH_OP], Operations: operations }, headers);

  filter = (collection: string, filter: string, more: Headers = {}) =>
    this.get(`${collection}?${new URLSearchParams({ filter, ...more })}`);

  createUser = async (userName: string, more: object = {}): Promise<Message> =>
    this.created('/Users', { schemas: [USER], userName, ...more });

  createGroup = async (displayName: string, memberIds: readonly string[] = [], more: object = {}) =>
    this.created('/Groups', groupOf(displayName, memberIds, more));

  /** Sends bulk operations on one collection, at most 500 a request; answers with the ids in their order. */
  bulk = async (
    operations: readonly { method: string; path: string; data?: unknown }[],
  ): Promise<string[]> => {
    const ids: string[] = [];
    for (let at = 0; at < operations.length; at += 500) {
      const Operations = operations
        .slice(at, at + 500)
        .map((operation, index) => ({ ...operation, bulkId: `b${at + index}` }));
      const { status, body } = await this.post('/Bulk', { schemas: [BULK], Operations });
      const results = (body.Operations ?? []) as { status: string; location?: string }[];
      const failed = results.find((result) => !/^2/.test(result.status));
      if (status !== 200 || failed) throw new Error(`Bulk: ${status} ${JSON.stringify(failed ?? body)}`);
      ids.push(...results.map(({ location = '' }) => location.slice(location.lastIndexOf('/') + 1)));
    }
    return ids;
  };

  /** Creates `count` users named `<prefix>0@reports.example` and so on. */
  createUsers = (count: number, prefix = 'user', more: object = {}): Promise<string[]> =>
    this.bulk(
      Array.from({ length: count }, (_, index) => ({
        method: 'POST',
        path: '/Users',
        data: { schemas: [USER], userName: `${prefix}${index}@reports.example`, ...more },
      })),
    );

  membersOf = async (groupId: string): Promise<string[]> => {
    const { status, body } = await this.get(`/Groups/${groupId}`);
    if (status !== 200) throw new Error(`GET of a group: ${status} ${JSON.stringify(body)}`);
    return (body.members ?? []).map(({ value }) => value).sort();
  };

  /** Rejects after the gateway's timeout. */
  send = async (method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(`${this.url}${path}`, {
      method,
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(sent !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
    });
    outgoing.on('error', reject).on('response', async (response) => {
      try {
        const received = await text(response);
        const { statusCode: status = 0, headers: given } = response;
        resolve({ status, headers: given, body: received ? JSON.parse(received) : {} });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.end(sent);
    return promise;
  };

  private created = async (path: string, body: unknown): Promise<Message> => {
    const { status, body: answer } = await this.post(path, body);
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
}

export const groupOf = (displayName: string, memberIds: readonly string[] = [], more: object = {}) => ({
  schemas: [GROUP],
  displayName,
  ...(memberIds.length > 0 && { members: memberIds.map((value) => ({ value })) }),
  ...more,
});

export const values = (ids: readonly string[]) => ids.map((value) => ({ value }));

/** The ids in a list response. */
export const idsIn = ({ body }: Answer): string[] => (body.Resources ?? []).map(({ id }) => id).sort();
