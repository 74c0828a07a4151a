// Calls the handlers as the gateway would; each test file has its own tenant in the shared table.

import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { handler as bulk } from '../../lambdas/handlers/bulk.ts';
import { handler as discovery } from '../../lambdas/handlers/discovery.ts';
import { handler as groups } from '../../lambdas/handlers/groups.ts';
import { handler as resources } from '../../lambdas/handlers/resources.ts';
import { handler as users } from '../../lambdas/handlers/users.ts';
import type { ScimEvent } from '../../lambdas/http/gateway.ts';
import { createTenant } from '../../lambdas/operations/create-tenant.ts';
import {
  asTenantId,
  type Incarnation,
  incarnationAt,
  partsOf,
  type TenantId,
} from '../../lambdas/platform/tenant.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';
import { stateKey, unfollowed } from '../../lambdas/table/keys.ts';
import { readTenantInAnyState } from '../../lambdas/tenants/read-tenant.ts';

/** The members of any SCIM message that tests read by name. */
export interface Message {
  readonly id: string;
  readonly schemas: readonly string[];
  readonly meta: { readonly version: string; readonly location: string; readonly lastModified: string };
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly Resources: readonly Message[];
  readonly scimType: string;
  readonly detail: string;
  readonly members: readonly { readonly value: string }[];
  readonly [name: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Message;
}

export interface Call {
  readonly headers?: Record<string, string>;
  /** A string is sent as it is. */
  readonly body?: unknown;
  /** The query as the gateway has decoded it, instead of one in the path. */
  readonly query?: Readonly<Record<string, string>>;
  /** The tenant of the token; default: the client's own. */
  readonly tokenTenant?: string;
}

const handlers = {
  Users: users,
  Groups: groups,
  Bulk: bulk,
  ServiceProviderConfig: discovery,
  ResourceTypes: discovery,
  Schemas: discovery,
  Me: discovery,
};

/** Whether the tenant is in the path of the URL, or only in the token: `<base>/<tenant>/v2`, `<base>/v2`. */
export type UrlForm = 'tenant' | 'tenantless';

type HandlerOf = (path: string) => (event: ScimEvent, context: Context) => Promise<APIGatewayProxyResult>;

const isRouted = (name: string): name is keyof typeof handlers => Object.hasOwn(handlers, name);

/** As in the routes of lib/api/scim-api.ts: case-sensitive, and after a single slash. */
const handlerOf: HandlerOf = (path) => {
  const [, collection = ''] = path.split('/');
  return isRouted(collection) ? handlers[collection] : resources;
};

export class ScimClient {
  readonly tenant: TenantId;
  readonly tenantUrl: string;
  #incarnation: Incarnation;
  #served: Promise<unknown> | undefined;
  readonly #handlerOf: HandlerOf;
  readonly #form: UrlForm;

  /** `findHandler` loads the handler of a path; default: from its source file. */
  constructor(
    tenant: string = `t-${randomUUID().slice(0, 13)}`,
    findHandler: HandlerOf = handlerOf,
    form: UrlForm = 'tenant',
  ) {
    this.#handlerOf = findHandler;
    this.#form = form;
    this.tenant = asTenantId(tenant) as TenantId;
    this.tenantUrl = `https://scim.example.com/scim${this.#base}`;
    this.#incarnation = incarnationAt(this.tenant, Date.now());
  }

  /** The incarnation that its token is for. */
  get incarnation(): Incarnation {
    return this.#incarnation;
  }

  /** Creates the tenant as an operator does; without this, only the items that requests need exist. */
  async createTenant(): Promise<Incarnation> {
    this.#served = Promise.resolve();
    this.#incarnation = (await createTenant(this.tenant)).incarnation;
    return this.#incarnation;
  }

  /** Another client with the same tenant and token, for the other form of its URL. */
  in(form: UrlForm): ScimClient {
    const other = new ScimClient(this.tenant, this.#handlerOf, form);
    other.#incarnation = this.#incarnation;
    other.#served = this.#served;
    return other;
  }

  get #base(): string {
    return this.#form === 'tenant' ? `/${this.tenant}/v2` : '/v2';
  }

  /** Uses a token of this incarnation from now on, whether or not that exists. */
  useTokenOf(incarnation: Incarnation): this {
    this.#served = Promise.resolve();
    this.#incarnation = incarnation;
    return this;
  }

  /** For a tenant that was created by other means. */
  static async of(tenant: TenantId): Promise<ScimClient> {
    return new ScimClient(tenant).useTokenOf((await readTenantInAnyState(tenant)).incarnation);
  }

  /** Creates just the items that requests need, as the first request does implicitly. */
  open(): Promise<unknown> {
    this.#served ??= documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: stateKey(this.#incarnation),
        UpdateExpression: 'SET Silent = :silent',
        ExpressionAttributeValues: { ':silent': unfollowed.Silent },
      }),
    );
    return this.#served;
  }

  get = (path: string, call?: Call) => this.send('GET', path, call);
  post = (path: string, body: unknown, call?: Call) => this.send('POST', path, { ...call, body });
  put = (path: string, body: unknown, call?: Call) => this.send('PUT', path, { ...call, body });
  patch = (path: string, body: unknown, call?: Call) => this.send('PATCH', path, { ...call, body });
  delete = (path: string, call?: Call) => this.send('DELETE', path, call);

  /** Sends a PATCH with these operations. */
  patchWith = (path: string, ...operations: unknown[]) =>
    this.patch(path, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations,
    });

  /** `pathAndQuery` is appended to the Tenant URL, with the query form-encoded as Entra does. */
  async send(method: string, pathAndQuery: string, call: Call = {}): Promise<Answer> {
    const result = await this.exchange(method, pathAndQuery, call);
    return {
      status: result.statusCode,
      headers: result.headers as Record<string, string>,
      body: result.body ? JSON.parse(result.body) : undefined,
    };
  }

  /** As `send`, but the answer is what the gateway gets. */
  async exchange(method: string, pathAndQuery: string, call: Call = {}): Promise<APIGatewayProxyResult> {
    await this.open();
    const [path = '', query = ''] = pathAndQuery.split(/\?(.*)/s);
    const event = this.event(
      method,
      path,
      call.query ?? Object.fromEntries(new URLSearchParams(query)),
      call,
    );
    return this.#handlerOf(path)(event as ScimEvent, {} as Context);
  }

  private event(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    call: Call,
  ): APIGatewayProxyEvent {
    const { body, headers = {}, tokenTenant = this.tenant } = call;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return {
      httpMethod: method,
      path: `${this.#base}${path}`,
      resource: this.#form === 'tenant' ? '/{tenant}/v2/{proxy+}' : '/v2/{proxy+}',
      headers: { 'X-Forwarded-Proto': 'https', ...headers },
      multiValueHeaders: {},
      pathParameters: {
        ...(this.#form === 'tenant' && { tenant: this.tenant }),
        proxy: path.slice(1),
      },
      queryStringParameters: Object.keys(query).length > 0 ? query : null,
      multiValueQueryStringParameters: null,
      stageVariables: null,
      isBase64Encoded: false,
      body: text ?? null,
      requestContext: {
        path: `/scim${this.#base}${path}`,
        domainName: 'scim.example.com',
        requestId: randomUUID(),
        requestTimeEpoch: Date.now(),
        authorizer: { ...partsOf(this.#incarnation), tenant: tokenTenant, keyId: 'key' },
      },
    } as unknown as APIGatewayProxyEvent;
  }
}

/** `?filter=…` form-encoded. */
export const filterBy = (filter: string) => `?${new URLSearchParams({ filter })}`;
