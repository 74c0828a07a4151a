// The limit of all tenants together, which leaves part of the region's quota to the account's other APIs.

import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway';
import { CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Config } from '../settings/config.ts';

/**
 * Regions whose account quota is 2,500 requests a second with a burst of 1,250, instead of 10,000 and 5,000 (source: API
 * Gateway quotas).
 */
const SMALL_REGIONS = [
  'af-south-1',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'mx-central-1',
];

/** Half of the account's quota: requests a second, and burst. */
const HALF = { rate: 5000, burst: 2500 };
const HALF_OF_SMALL = { rate: 1250, burst: 625 };

const halfIn = (region: string) => (SMALL_REGIONS.includes(region) ? HALF_OF_SMALL : HALF);

/** Requests a second that the stage accepts in a region; 0: as many as the account. */
export const stageRateIn = (
  region: string,
  { stageRequestsPerSecond: set }: Pick<Config, 'stageRequestsPerSecond'>,
): number => set ?? halfIn(region).rate;

/** The limit of the stage; none if the setting is 0. In a region-agnostic stack the template itself decides by region. */
export const stageThrottle = (
  scope: Construct,
  { stageRequestsPerSecond: set }: Config,
): Pick<MethodDeploymentOptions, 'throttlingRateLimit' | 'throttlingBurstLimit'> => {
  if (set === 0) return {};
  if (set !== undefined) return { throttlingRateLimit: set, throttlingBurstLimit: Math.ceil(set / 2) };
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(region)) {
    const { rate, burst } = halfIn(region);
    return { throttlingRateLimit: rate, throttlingBurstLimit: burst };
  }
  const isSmall = smallRegion(scope, region);
  return {
    throttlingRateLimit: either(isSmall, HALF_OF_SMALL.rate, HALF.rate),
    throttlingBurstLimit: either(isSmall, HALF_OF_SMALL.burst, HALF.burst),
  };
};

const either = ({ logicalId }: CfnCondition, yes: number, no: number): number =>
  Token.asNumber(Fn.conditionIf(logicalId, yes, no));

/** `Fn::Or` takes ten conditions at most, so they are nested. */
const smallRegion = (scope: Construct, region: string): CfnCondition => {
  const is = SMALL_REGIONS.map((name) => Fn.conditionEquals(region, name));
  const [first, rest] = [is.slice(0, 10), is.slice(10)];
  return new CfnCondition(scope, 'SmallRegion', {
    expression: Fn.conditionOr(Fn.conditionOr(...first), Fn.conditionOr(...rest)),
  });
};
