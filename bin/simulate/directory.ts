// The simulated Entra tenant: after every cycle the SCIM server must show exactly what this directory holds.

import { createHash } from 'node:crypto';
import type { JsonObject } from './json.ts';
import { type Attributes, createBody, ENTERPRISE } from './mapping.ts';
import { person, randomFrom, teamName } from './people.ts';
import { createRoles, type RoleAssignment, roleAssignment } from './roles.ts';

/** Variants of a create request seen in the wild (entra-client.md 3.4, 3.8, 6.1). */
type CreateShape = 'plain' | 'primary as text' | 'explicit nulls' | 'custom extension' | 'manager as text';

/** A user as Entra has it; a phase that changes the user on the server changes it here too. */
export interface DirectoryUser {
  /** A GUID. */
  readonly objectId: string;
  /** How the POST body is written. */
  readonly shape: CreateShape;
  /** The SCIM id, once the server has given one. */
  id?: string;
  /** The expected values, by target path. */
  attributes: Attributes;
  roles: RoleAssignment | undefined;
  /** A user of the directory, or a name as text. */
  manager?: DirectoryUser | string | undefined;
}

/** A group as Entra has it. */
export interface DirectoryGroup {
  /** A GUID. */
  readonly objectId: string;
  /** The SCIM id, once the server has given one. */
  id?: string;
  displayName: string;
  externalId: string;
  /** SCIM ids. */
  readonly members: Set<string>;
}

/** An object that the server has given an id. */
export type Provisioned<T extends { id?: string }> = T & { id: string };

/** Everything that is provisioned. */
export interface Directory {
  /** Unique to the run; every userName ends in it. */
  readonly domain: string;
  readonly users: readonly DirectoryUser[];
  readonly groups: readonly DirectoryGroup[];
}

/** An object id as Entra writes it, always the same for the same text. */
const guidOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');

const SHAPES: readonly CreateShape[] = [
  'plain',
  'plain',
  'primary as text',
  'explicit nulls',
  'plain',
  'custom extension',
  'plain',
  'manager as text',
];

const user = (index: number, domain: string, random: () => number): DirectoryUser => {
  const shape = SHAPES[index % SHAPES.length] as CreateShape;
  return {
    objectId: guidOf(`user ${index} ${domain}`),
    shape,
    attributes: person(index, domain, random),
    roles: roleAssignment(index),
    manager: shape === 'manager as text' ? 'Torsten Ek' : undefined,
  };
};

const group = (index: number, domain: string): DirectoryGroup => {
  const objectId = guidOf(`group ${index} ${domain}`);
  return { objectId, displayName: teamName(index, domain), externalId: objectId, members: new Set() };
};

/** `domain` makes the names of this run unique, so that runs can be repeated against the same server. */
export const inventDirectory = (users: number, groups: number, domain: string): Directory => {
  const random = randomFrom(20_260_801);
  return {
    domain,
    users: Array.from({ length: users }, (_, index) => user(index, domain, random)),
    groups: Array.from({ length: groups }, (_, index) => group(index, domain)),
  };
};

/** The objects that the server has given an id. */
export const provisioned = <T extends { id?: string }>(objects: readonly T[]): Provisioned<T>[] =>
  objects.filter((object): object is Provisioned<T> => object.id !== undefined);

/** The current userName, which renames change. */
export const userNameOf = ({ attributes }: DirectoryUser): string => String(attributes.userName);

const MORE: Readonly<Record<CreateShape, JsonObject>> = {
  plain: {},
  'primary as text': {},
  // The second example of Microsoft's tutorial: nulls, a mistyped enterprise URN, enterprise attributes at the top.
  'explicit nulls': {
    nickName: null,
    profileUrl: null,
    photos: null,
    department: 'Misplaced',
    manager: null,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:Users': { department: null },
  },
  'custom extension': { 'urn:ietf:params:scim:schemas:extension:Veldt:2.0:User': { badge: 'B-17' } },
  'manager as text': {},
};

/** The body that creates a user. A manager who is a person comes later, in the reference pass. */
export const userBody = ({ attributes, roles, shape, manager }: DirectoryUser): JsonObject => {
  const asText = shape === 'primary as text';
  const written: Attributes = {
    ...attributes,
    ...(asText && { 'emails[type eq "work"].primary': 'True' }),
    ...(typeof manager === 'string' && { [`${ENTERPRISE}:manager`]: manager }),
  };
  return createBody(written, { roles: createRoles(roles, asText), ...MORE[shape] });
};

/** The body that creates a group (entra-client.md 4): without members, with Microsoft's own schema. */
export const groupBody = ({ displayName, externalId }: DirectoryGroup): JsonObject => ({
  schemas: [
    'urn:ietf:params:scim:schemas:core:2.0:Group',
    'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
  ],
  externalId,
  displayName,
  meta: { resourceType: 'Group' },
});
