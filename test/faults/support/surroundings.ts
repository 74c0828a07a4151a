// The handlers, between two stores that may falter.

import { AsyncLocalStorage } from 'node:async_hooks';
import { secrets } from '../../../lambdas/credentials/secrets-manager.ts';
import { startCounter } from '../../../lambdas/resources/counters-table.ts';
import { documents, tableName } from '../../../lambdas/table/client.ts';
import { admit, evictDeploymentPause } from '../../../lambdas/tenants/admission.ts';
import { putSchema } from '../../../lambdas/tenants/schemas-table.ts';
import { evictSettings } from '../../../lambdas/tenants/settings.ts';
import type { DynamoDBProxy } from '../../reports/support/dynamodb-proxy.ts';
import { type Message, ScimClient } from '../../support/scim-client.ts';
import { Inspection } from './items.ts';
import type { Operation, World } from './operations.ts';
import type { Surroundings } from './trial.ts';

const DEVICE = 'urn:veldt:params:scim:schemas:Device';

const device = {
  schema: {
    id: DEVICE,
    name: 'Device',
    description: '',
    attributes: [
      {
        name: 'label',
        type: 'string',
        multiValued: false,
        required: true,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'server',
      },
    ],
  },
  resourceType: { name: 'Device', endpoint: '/Devices', description: '' },
  lookups: ['label'],
};

const typeNamesOf = ({ hasDevices }: Operation) => ['User', 'Group', ...(hasDevices ? ['Device'] : [])];

const makeWorld = async ({ hasDevices, isCold }: Operation): Promise<World> => {
  const client = new ScimClient();
  await client.open();
  const tenant = client.incarnation;
  for (const name of ['User', 'Group']) await startCounter(tenant, name);
  if (hasDevices) await putSchema(tenant, device as never);
  if (!isCold) await admit({ kind: 'token', tenant, keyId: 'key' });
  return { client, ids: new Map(), ends: [] };
};

/** Lists, as clients see them: names in place of ids. */
const view = async ({ client }: World, { hasDevices }: Operation): Promise<string> => {
  const list = async (path: string): Promise<readonly Message[]> => {
    const { status, body } = await client.get(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body.Resources;
  };
  const users = await list('/Users?count=200');
  const groups = await list('/Groups?count=200');
  const devices = hasDevices ? await list('/Devices?count=200') : [];
  const names = new Map(
    [...users, ...groups].map(({ id, userName, displayName }) => [id, userName ?? displayName]),
  );
  const namesOf = (values: unknown) =>
    ((values ?? []) as { value: string }[]).map(({ value }) => String(names.get(value) ?? 'nobody')).sort();
  const seen = [
    ...users.map(({ userName, title, groups: own }) => [userName, title, ...namesOf(own)]),
    ...groups.map(({ displayName, members }) => [displayName, ...namesOf(members)]),
    ...devices.map(({ label }) => [label]),
  ];
  return seen
    .map((each) => JSON.stringify(each))
    .sort()
    .join(' ');
};

let clockAheadMs = 0;
const clock = Date.now;
Date.now = () => clock() + clockAheadMs;

const counting = new AsyncLocalStorage<{ metrics: number }>();
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string, ...rest: never[]) => {
  if (!String(chunk).startsWith('{"_aws":')) return write(chunk, ...rest);
  const count = counting.getStore();
  if (count) count.metrics++;
  return true;
}) as typeof process.stdout.write;

const countMetrics: Surroundings['countMetrics'] = async (act) => {
  const count = { metrics: 0 };
  const result = await counting.run(count, act);
  return [result, count.metrics];
};

/** What prepares a trial, looks at it or repeats it is not on trial: a busy emulator has this long to answer it. */
const PATIENT_MS = 30_000;

const send = documents.send.bind(documents) as (command: object, options?: object) => Promise<unknown>;
documents.send = ((command: object, options?: object) =>
  send(command, counting.getStore() ? options : { ...options, requestTimeout: PATIENT_MS })) as never;

/** The SDK gives up retrying when much has failed in a process; here each trial is a function of its own. */
const refillRetries = async () => {
  for (const { config } of [documents, secrets]) {
    Object.assign(await config.retryStrategy(), { capacity: 500 });
  }
};

const base = {
  moveClock: (ms: number) => {
    clockAheadMs += ms;
  },
  countMetrics,
  refillRetries,
};

/** For requests to the table, which is at `emulator` behind the proxy. */
export const tableSurroundings = (proxy: DynamoDBProxy, emulator: string): Surroundings => {
  const inspection = new Inspection(emulator, tableName);
  return {
    ...base,
    proxy,
    stop: () => {
      inspection.stop();
      documents.destroy();
    },
    makeWorld,
    view,
    forget: ({ client }) => {
      evictSettings(client.incarnation);
      evictDeploymentPause();
    },
    findHalves: ({ client }, operation) => inspection.findHalves(client.incarnation, typeNamesOf(operation)),
  };
};

/** For requests to the authorizer, of which nothing remains. */
export const secretsSurroundings = (proxy: DynamoDBProxy): Surroundings => ({
  ...base,
  proxy,
  stop: () => {},
  makeWorld: async () => ({ client: new ScimClient(), ids: new Map(), ends: [] }),
  view: async () => '',
  forget: () => {},
  findHalves: async () => [],
});
