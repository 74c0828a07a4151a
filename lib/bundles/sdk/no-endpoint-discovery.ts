// Takes the place of @aws-sdk/middleware-endpoint-discovery in the bundles. It is for Timestream; a DynamoDB client has it,
// switched off, with a cache of its own.

const none = () => undefined;

export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: none,
  configFileSelector: none,
  default: undefined,
};

export const resolveEndpointDiscoveryConfig = <Config>(config: Config): Config => config;
