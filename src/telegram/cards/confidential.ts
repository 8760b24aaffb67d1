import { type Product, toPublicProduct } from '../../core/index.js';

interface Reader {
  readonly isAdmin: boolean;
  readonly isPrivate: boolean;
}

/** What the operator pays and earns is for admins, and nobody looking over the shoulder. */
export function toShownProduct(product: Product, { isAdmin, isPrivate }: Reader): Product {
  return isAdmin && isPrivate ? product : toPublicProduct(product);
}
