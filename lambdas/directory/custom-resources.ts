// Resources of the types that a tenant defined itself.

import { notFound } from '../scim/errors.ts';
import { resourceService } from './resource-service.ts';

/** The service behind `/<collection>`; each of its methods throws 404 where the tenant has no such type. */
export const customResources = (collection: string) =>
  resourceService(({ custom }) => {
    const type = custom.find(({ endpoint }) => endpoint === `/${collection}`);
    if (!type) throw notFound('noSuchPath')`There is nothing at /${collection}.`;
    return type;
  });
