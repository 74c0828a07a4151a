// Whether a resource in an answer is what its own schemas say: names, types, lists, required and hidden attributes.

import type { Attribute } from '../../lambdas/scim/schemas/schema.ts';
import type { WireType } from './wire-types.ts';

type Values = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const META = ['resourceType', 'created', 'lastModified', 'location', 'version'];

/** What is wrong with `resource`, by name and never by value; `isWhole`: nothing was asked to be left out. */
export const shapeFaults = (resource: unknown, types: readonly WireType[], isWhole: boolean): string[] => {
  if (!isValues(resource)) return ['a resource is no object'];
  const { schemas, id, meta, externalId, ...rest } = resource;
  if (!Array.isArray(schemas) || !schemas.every((urn) => typeof urn === 'string'))
    return ['schemas is no list of URNs'];
  if (new Set(schemas).size < schemas.length) return ['schemas has a URN twice'];
  const type = types.find(({ schema }) => schemas.includes(schema));
  if (!type) return ['schemas names no type'];
  const faults: string[] = [];
  if (typeof id !== 'string' || id === '') faults.push('id is no text');
  if (externalId !== undefined && typeof externalId !== 'string') faults.push('externalId is no text');
  if (isWhole && !isValues(meta)) faults.push('meta is missing');
  if (isValues(meta)) {
    for (const name of Object.keys(meta)) if (!META.includes(name)) faults.push(`meta.${name} is unknown`);
    if (isWhole)
      for (const name of META) if (typeof meta[name] !== 'string') faults.push(`meta.${name} is missing`);
    if (meta.resourceType !== undefined && meta.resourceType !== type.name)
      faults.push('meta.resourceType is of another type');
  }
  const extensions = [...type.attributesOf.keys()].filter((urn) => urn !== type.schema);
  const undeclared = Object.keys(rest).filter((name) => /^urn:/i.test(name) && !type.attributesOf.has(name));
  for (const urn of undeclared) {
    const { [urn]: values } = rest;
    if (!isValues(values) || Object.keys(values).length === 0)
      faults.push('an undeclared extension has no data');
    if (!schemas.includes(urn)) faults.push('schemas lacks an undeclared extension with data');
  }
  for (const urn of schemas)
    if (!type.attributesOf.has(urn)) {
      if (isWhole && !undeclared.includes(urn))
        faults.push('schemas has a URN that neither the type nor the resource has');
    } else if (isWhole && urn !== type.schema && !(urn in rest))
      faults.push('schemas has an extension without data');
  for (const urn of extensions) {
    const { [urn]: values } = rest;
    if (values === undefined) continue;
    if (!schemas.includes(urn)) faults.push('schemas lacks an extension with data');
    if (!isValues(values)) faults.push('an extension is no object');
    else faults.push(...partFaults(values, type.attributesOf.get(urn) ?? [], `${lastPart(urn)}:`, isWhole));
  }
  const core = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !extensions.includes(name) && !undeclared.includes(name)),
  );
  return [...faults, ...partFaults(core, type.attributesOf.get(type.schema) ?? [], '', isWhole)];
};

const lastPart = (urn: string) => urn.split(':').slice(-3).join(':');

const partFaults = (
  values: Values,
  attributes: readonly Attribute[],
  prefix: string,
  isWhole: boolean,
): string[] => {
  const faults = Object.entries(values).flatMap(([name, value]) => {
    const attribute = attributes.find((one) => one.name === name);
    return attribute ? valueFaults(value, attribute, prefix + name) : [`${prefix}(a name) is unknown`];
  });
  if (!isWhole) return faults;
  const missing = attributes.filter(
    ({ name, required, returned }) =>
      required && returned !== 'never' && returned !== 'request' && !Object.hasOwn(values, name),
  );
  return [...faults, ...missing.map(({ name }) => `${prefix}${name} is required and missing`)];
};

const valueFaults = (value: unknown, attribute: Attribute, name: string): string[] => {
  if (attribute.returned === 'never' || attribute.mutability === 'writeOnly')
    return [`${name} is never returned`];
  if (!attribute.multiValued) return elementFaults(value, attribute, name);
  if (!Array.isArray(value)) return [`${name} is no list`];
  if (value.length === 0) return [`${name} is an empty list`];
  const primaries = value.filter((element) => isValues(element) && element.primary === true);
  return [
    ...(primaries.length > 1 ? [`${name} has two primary values`] : []),
    ...value.flatMap((element) => elementFaults(element, attribute, name)),
  ];
};

const elementFaults = (value: unknown, attribute: Attribute, name: string): string[] => {
  if (attribute.type !== 'complex') {
    const isRight = matches[attribute.type] ?? isText;
    return isRight(value) ? [] : [`${name} is no ${attribute.type}`];
  }
  if (!isValues(value)) return [`${name} is no object`];
  if (Object.keys(value).length === 0) return [`${name} is an empty object`];
  return partFaults(value, attribute.subAttributes ?? [], `${name}.`, true);
};

const isText = (value: unknown) => typeof value === 'string' && value !== '';

const matches: Readonly<Record<string, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  decimal: (value) => Number.isFinite(value),
  dateTime: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};
