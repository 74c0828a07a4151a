// The shapes that values of settings have. Each accepts what `-c` passes, which is always text, and what cdk.json and
// TypeScript pass. `problem` completes the sentence "The setting … ".

import { Token } from 'aws-cdk-lib/core';
import * as v from 'valibot';

/** A whole number within these bounds, inclusive. */
export const wholeNumber = (from: number, to: number) => {
  const problem = `must be a whole number from ${from} to ${to}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], problem),
    v.integer(problem),
    v.minValue(from, problem),
    v.maxValue(to, problem),
  );
};

/** 0 for the default of AWS, or at least that default: AWS refuses less. */
export const zeroOrAtLeast = (least: number, most: number) => {
  const problem = `must be 0 or a whole number from ${least.toLocaleString('en')} or more`;
  return v.pipe(
    wholeNumber(0, most),
    v.check((value) => value === 0 || value >= least, problem),
  );
};

/** True or false. */
export const flag = () =>
  v.union(
    [
      v.boolean(),
      v.pipe(
        v.picklist(['true', 'false']),
        v.transform((value) => value === 'true'),
      ),
    ],
    'must be true or false',
  );

/** Text of this shape. */
export const text = (shape: RegExp, problem: string) => v.pipe(v.string(problem), v.regex(shape, problem));

/** Like `text`, or a token: an attribute of another resource, which CloudFormation resolves when it deploys. */
export const attribute = (shape: RegExp, problem: string) =>
  v.pipe(
    v.string(problem),
    v.check((value) => Token.isUnresolved(value) || shape.test(value), problem),
  );

/** An array, or text with commas between its items. */
export const list = (shape: RegExp, problem: string) =>
  v.pipe(
    v.union([v.array(v.string()), v.string()], problem),
    v.transform((given) => (typeof given === 'string' ? given.split(',').filter(Boolean) : given)),
    v.check((items) => items.every((item) => shape.test(item)), problem),
  );

/** The ARN of a resource of this service, or a token. */
export const arn = (service: string, what: string) =>
  attribute(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]+:\\d{12}:\\S+$`), `must be the ARN of ${what}`);

/** An array of objects: as such from cdk.json, as JSON from `-c`. */
export const objects = <Item extends v.GenericSchema>(item: Item) => {
  const problem = 'must be a list, as JSON on the command line';
  return v.pipe(
    v.union([v.array(v.unknown()), v.pipe(v.string(), v.parseJson(undefined, problem))], problem),
    v.array(item, problem),
  );
};
