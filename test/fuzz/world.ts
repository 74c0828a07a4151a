// The tenant that cases are played in: users, groups and things of its own, which come back when a case has deleted them.

import { addSchema } from '../../lambdas/operations/change-schemas.ts';
import type { JsonObject } from '../../lambdas/scim/json.ts';
import { ScimClient } from '../support/scim-client.ts';
import { type Door, handlerDoor, type RawAnswer } from './door.ts';
import { fill, type Names } from './request.ts';
import { ownSchemas, thingBody } from './schemas.ts';
import { treeOf } from './tree.ts';
import { readWireTypes, type WireType } from './wire-types.ts';

export interface World {
  readonly door: Door;
  readonly types: readonly WireType[];
  /** What the placeholders of case number `number` stand for. */
  names(number: number): Names;
  /** Of the resources that every case may name: those whose id is in `text`, with their paths. */
  anchorsIn(text: string): string[];
  /** Makes again what is gone. */
  revive(): Promise<void>;
}

type Plan = readonly [name: string, collection: string, body: JsonObject];

const plans = (hasThings: boolean): readonly Plan[] => [
  [
    'user1',
    'Users',
    { userName: 'u1.{{mark}}@fuzz.example', emails: [{ value: 'one@fuzz.example', type: 'work' }] },
  ],
  ['user2', 'Users', { userName: 'u2.{{mark}}@fuzz.example', displayName: 'Two' }],
  ['user3', 'Users', { userName: 'u3.{{mark}}@fuzz.example', active: false }],
  ['group2', 'Groups', { displayName: 'Two {{mark}}' }],
  [
    'group1',
    'Groups',
    { displayName: 'One {{mark}}', members: [{ value: '{{user1}}' }, { value: '{{user2}}' }] },
  ],
  ...(hasThings
    ? ([
        ['thing1', 'Things', { ...thingBody, label: 'One {{mark}}', serial: '1{{mark}}' }],
        ['thing2', 'Things', { ...thingBody, label: 'Two {{mark}}', serial: '2{{mark}}' }],
      ] as const)
    : []),
];

/** Names never repeat, so what a case has renamed or stored stands in nobody's way. */
let marks = 0;

export const get = (door: Door, path: string): Promise<RawAnswer> =>
  door({ method: 'GET', path, query: [], headers: {} });

/** A world behind `door`; `tenantUrl` is that of its tenant. */
export const openWorld = async (door: Door, tenantUrl: string): Promise<World> => {
  const types = await readWireTypes(door);
  const known: Record<string, string> = { tenantUrl };
  const paths = new Map<string, string>();
  const create = async ([name, collection, body]: Plan) => {
    const text = fill(JSON.stringify(body), { ...known, mark: String(++marks), case: `w${marks}` });
    const answer = await door({
      method: 'POST',
      path: `/${collection}`,
      query: [],
      headers: {},
      body: treeOf(JSON.parse(text)),
    });
    if (answer.status !== 201) throw new Error(`The fuzzer's own ${name} was refused: ${answer.text}`);
    const { id } = JSON.parse(answer.text) as { id: string };
    known[name] = id;
    paths.set(name, `/${collection}/${id}`);
  };
  const all = plans(types.some(({ name }) => name === 'Thing'));
  for (const plan of all) await create(plan);
  return {
    door,
    types,
    names: (number) => ({ ...known, case: `c${number}` }),
    anchorsIn: (text) =>
      all.flatMap(([name]) => (text.includes(known[name] ?? '') ? [paths.get(name) ?? ''] : [])),
    revive: async () => {
      for (const plan of all)
        if ((await get(door, paths.get(plan[0]) ?? '')).status === 404) await create(plan);
    },
  };
};

export type Wrap = (door: Door) => Door;

/** A tenant of its own in the shared table, with own schemas, behind the real handlers; `wrap` changes what comes through. */
export const openTenant = async (wrap: Wrap): Promise<World> => {
  const client = new ScimClient();
  const tenant = await client.createTenant();
  for (const schema of ownSchemas) await addSchema(tenant, schema);
  return openWorld(wrap(handlerDoor(client)), client.tenantUrl);
};
