import type { Catalogue } from '../catalogue.js';
import type { Resource } from '../resource.js';
import { BATCH } from './batch.js';
import { createProductResource } from './product.js';
import { QUOTA } from './quota.js';

/** All resources, in the order in which clients see them. */
export function createResources(catalogue: Catalogue): readonly Resource[] {
  return [createProductResource(catalogue), BATCH, QUOTA];
}
