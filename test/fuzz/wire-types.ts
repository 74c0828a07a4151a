// The resource types of a tenant as it describes them itself: what its answers are held against.

import type { Attribute } from '../../lambdas/scim/schemas/schema.ts';
import type { Door } from './door.ts';

export interface WireType {
  readonly name: string;
  readonly endpoint: string;
  readonly schema: string;
  /** By URN; the type's own schema among them. */
  readonly attributesOf: ReadonlyMap<string, readonly Attribute[]>;
}

interface Description {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly schema: string;
  readonly schemaExtensions?: readonly { readonly schema: string }[];
  readonly attributes: readonly Attribute[];
}

const readAll = async (door: Door, path: string): Promise<readonly Description[]> => {
  const { text } = await door({ method: 'GET', path, query: [], headers: {} });
  return (JSON.parse(text) as { Resources: Description[] }).Resources;
};

export const readWireTypes = async (door: Door): Promise<readonly WireType[]> => {
  const schemas = new Map((await readAll(door, '/Schemas')).map(({ id, attributes }) => [id, attributes]));
  return (await readAll(door, '/ResourceTypes')).map(({ name, endpoint, schema, schemaExtensions = [] }) => ({
    name,
    endpoint,
    schema,
    attributesOf: new Map(
      [schema, ...schemaExtensions.map((extension) => extension.schema)].map((urn) => [
        urn,
        schemas.get(urn) ?? [],
      ]),
    ),
  }));
};
