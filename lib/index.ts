// What the package exports: the construct, what can be set of it, and what a wrong setting comes to.

export { ScimEndpoint } from './scim-endpoint.ts';
export type { ScimDomain, ScimEndpointProps } from './settings/scim-endpoint-props.ts';
export { SettingError } from './settings/setting-error.ts';
