// App roles in the three shapes of Entra's expression functions (entra-client.md 3.8).

import { isArray, isObject, type Json, type JsonObject, parseJson } from './json.ts';

/** The app roles of a user, and the expression function that maps them. */
export interface RoleAssignment {
  /** SingleAppRoleAssignment, AppRoleAssignmentsComplex or AssertiveAppRoleAssignmentsComplex. */
  readonly kind: 'single' | 'complex' | 'assertive';
  readonly names: readonly string[];
}

const TYPE = 'WindowsAzureActiveDirectoryRole';
const KINDS: readonly (RoleAssignment | undefined)[] = [
  undefined,
  { kind: 'single', names: ['Dispatcher'] },
  { kind: 'complex', names: ['Reader', 'Writer'] },
  { kind: 'assertive', names: ['Auditor', 'Lock Keeper'] },
];

/** The app roles of the user with this number; undefined for some. */
export const roleAssignment = (index: number): RoleAssignment | undefined => KINDS[index % KINDS.length];

/** `roles` of a create request. `asText` writes booleans as text, as the validator does. */
export const createRoles = (roles: RoleAssignment | undefined, asText = false): JsonObject[] =>
  (roles?.names ?? []).map((value): JsonObject => {
    if (roles?.kind === 'single') return { primary: asText ? 'True' : true, type: TYPE, value };
    const primary = asText ? 'False' : false;
    return roles?.kind === 'complex'
      ? { displayName: value, primary, type: TYPE, value }
      : { display: value, primary, type: TYPE, value };
  });

/** A role in a PATCH without the flag: a JSON document in a string. */
export const roleAsText = (name: string): JsonObject => ({
  value: JSON.stringify({ id: '7c1f0d2e-5a4b-4c3d-9e8f-0a1b2c3d4e5f', value: name, displayName: name }),
});

/** The names of a resource's roles; a role kept as JSON text counts by the name in it. */
export const roleNames = (resource: JsonObject): string[] => {
  const roles: readonly Json[] = isArray(resource.roles) ? resource.roles : [];
  return roles.map((role) => {
    const value = isObject(role) ? role.value : undefined;
    const document = typeof value === 'string' ? parseJson(value) : undefined;
    return String(isObject(document) ? document.value : value);
  });
};
