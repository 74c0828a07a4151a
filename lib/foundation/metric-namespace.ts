// Where the measures of our own are, for those that write them and those that watch them.

import type { Config } from '../settings/config.ts';

/** `Scim/<deployment>`. */
export const metricNamespace = ({ name }: Config): string => `Scim/${name}`;
