// Which operators and which literals the type of an attribute allows in a filter (RFC 7644 §3.4.2.2, Table 3).

import type { Attribute, AttributeType } from '../schemas/schema.ts';
import { asBoolean, asInstant, asNumber } from './comparison.ts';

/** RFC 7644 §3.4.2.2, Table 3; an operator in any case is read in lower case. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
/** A value to compare with, as JSON writes it. */
export type Literal = string | number | boolean | null;

const EQUALITY = ['eq', 'ne'] as const;
const TEXT = [...EQUALITY, 'co', 'sw', 'ew'] as const;
const ORDER = [...EQUALITY, 'gt', 'ge', 'lt', 'le'] as const;
const ALL = [...TEXT, 'gt', 'ge', 'lt', 'le'] as const;

/** The RFC refuses order on booleans and binaries; parts of a boolean or a number mean nothing either. */
const operatorsOf: Record<AttributeType, readonly CompareOperator[]> = {
  string: ALL,
  reference: ALL,
  dateTime: ALL,
  binary: TEXT,
  integer: ORDER,
  decimal: ORDER,
  boolean: EQUALITY,
  complex: ALL,
};

/** The operator that `word` is in any case, or undefined. */
export const findOperator = (word: string): CompareOperator | undefined => {
  const lowerWord = word.toLowerCase();
  return ALL.find((operator) => operator === lowerWord);
};

/** Why values of `attribute` do not compare by `operator`, or undefined when they do. */
export const refuseOperator = ({ type }: Attribute, operator: CompareOperator): string | undefined =>
  operatorsOf[type].includes(operator)
    ? undefined
    : `a ${type} compares by ${operatorsOf[type].join(', ')} only`;

/**
 * The literal as the attribute's type has it, or undefined when it cannot be one. Entra quotes what it should not, as
 * in `roles[primary eq "True"]`, so a boolean or a number may stand in quotes. null is the absence of any type.
 */
export const typedLiteral = (
  { type }: Attribute,
  operator: CompareOperator,
  literal: Literal,
): Literal | undefined => {
  if (literal === null) return operator === 'eq' || operator === 'ne' ? null : undefined;
  switch (type) {
    case 'boolean':
      return asBoolean(literal);
    case 'integer':
    case 'decimal':
      return asNumber(literal);
    case 'dateTime':
      return ordersTime(operator) && asInstant(literal) === undefined ? undefined : asString(literal);
    case 'complex':
      return undefined;
    default:
      return asString(literal);
  }
};

/** `co`, `sw` and `ew` see a time as text, such as `meta.created sw "2026-01"`. */
const ordersTime = (operator: CompareOperator) => ORDER.some((known) => known === operator);

const asString = (literal: Literal) => (typeof literal === 'string' ? literal : undefined);

/** What the attribute compares with, for the administrator who wrote something else. */
export const describeLiteral = ({ name, type, subAttributes = [] }: Attribute): string => {
  switch (type) {
    case 'boolean':
      return `${name} compares with true or false`;
    case 'integer':
    case 'decimal':
      return `${name} compares with a number`;
    case 'dateTime':
      return `${name} compares with a time such as "2026-01-31T12:00:00Z"`;
    case 'complex':
      return `${name} is complex: compare a part of it, such as ${name}.${subAttributes[0]?.name}`;
    default:
      return `${name} compares with a text in double quotes`;
  }
};
