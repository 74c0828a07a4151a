// The main entry of the package: the construct, its properties, and the error for an invalid one.

export { ScimEndpoint } from './scim-endpoint.ts';
export type { ScimDomain, ScimEndpointProps } from './settings/scim-endpoint-props.ts';
export { SettingError } from './settings/setting-error.ts';
