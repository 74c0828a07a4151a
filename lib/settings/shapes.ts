// The shapes that values of settings have. Each accepts what `-c` passes, which is always text, and what cdk.json and
// TypeScript pass. `problem` completes the sentence "The setting … ".

import { Token } from 'aws-cdk-lib/core';
import * as v from 'valibot';

// `-c` hands over every value as text, cdk.json numbers and booleans as such.
export const wholeNumber = (from: number, to: number) => {
  const problem = `must be a whole number from ${from} to ${to}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], problem),
    v.integer(problem),
    v.minValue(from, problem),
    v.maxValue(to, problem),
  );
};

/** 0 for none, or at least what there is without asking: AWS refuses less. */
export const wholeNumberAbove = (least: number, most: number) => {
  const problem = `must be 0 or a whole number from ${least.toLocaleString('en')} on`;
  return v.pipe(
    wholeNumber(0, most),
    v.check((value) => value === 0 || value >= least, problem),
  );
};

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

export const text = (shape: RegExp, problem: string) => v.pipe(v.string(problem), v.regex(shape, problem));

/** Like `text`, and whatever a construct has as an attribute of another: CloudFormation knows that only when it deploys. */
export const attribute = (shape: RegExp, problem: string) =>
  v.pipe(
    v.string(problem),
    v.check((value) => Token.isUnresolved(value) || shape.test(value), problem),
  );

/** An array, or text with commas between the items. */
export const list = (shape: RegExp, problem: string) =>
  v.pipe(
    v.union([v.array(v.string()), v.string()], problem),
    v.transform((given) => (typeof given === 'string' ? given.split(',').filter(Boolean) : given)),
    v.check((items) => items.every((item) => shape.test(item)), problem),
  );

export const arn = (service: string, what: string) =>
  attribute(new RegExp(`^arn:[\\w-]+:${service}:[\\w-]+:\\d{12}:\\S+$`), `must be the ARN of ${what}`);

/** A list from cdk.json as it is, from `-c` as JSON. */
export const objects = <Item extends v.GenericSchema>(item: Item) => {
  const problem = 'must be a list, as JSON on the command line';
  return v.pipe(
    v.union([v.array(v.unknown()), v.pipe(v.string(), v.parseJson(undefined, problem))], problem),
    v.array(item, problem),
  );
};
