// The CloudWatch namespace of our own metrics, for the functions that write them and the alarms that watch them.

import type { Config } from '../settings/config.ts';

/** `Scim/<deployment>`. */
export const metricNamespace = ({ name }: Config): string => `Scim/${name}`;
