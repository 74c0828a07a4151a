// Replaces @aws-sdk/middleware-endpoint-discovery in the bundles. It is for Timestream; in a DynamoDB client it is disabled,
// yet creates a cache.

const none = () => undefined;

/** Finds no setting, neither in the environment nor in the configuration file. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: none,
  configFileSelector: none,
  default: undefined,
};

/** Adds nothing to the client's configuration. */
export const resolveEndpointDiscoveryConfig = <Config>(config: Config): Config => config;
