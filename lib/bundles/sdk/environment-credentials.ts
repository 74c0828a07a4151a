// Replaces @aws-sdk/credential-provider-node in the bundles: a function has its credentials in the environment, and none of
// the six other sources that the package tries exists there.

export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
