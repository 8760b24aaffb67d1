import { formatProduct, NotFoundError } from '../../core/index.js';
import { toNotice } from '../answers/result.js';
import type { Catalogue } from '../catalogue.js';
import type { Resource } from '../resource.js';

export function createProductResource({ platforms }: Catalogue): Resource {
  return {
    name: 'product',
    title: 'Product',
    description: 'All that is known of a product, SKUs and attributes included',
    mimeType: 'application/json',
    uriTemplate: 'product://{platform}/{id}',
    pattern: /^product:\/\/([a-z0-9-]{1,30})\/([^/?#]{1,200})$/,
    complete: { platform: () => platforms },
    read: async ([uri, platform = '', id = ''], { core, signal, deadline }) => {
      const ref = core.toProductRef(platform, decodeId(id));
      const options = { platform, signal, detail: 'full' as const, onWait: deadline.onWait };
      const [result] = await core.lookUp([ref], options);
      if (!result?.product) throw result?.error ?? new NotFoundError('There is no such product.');
      const product = formatProduct(result.product);
      const text = JSON.stringify({ ...product, notice: toNotice(result.sandbox) });
      return { uri, mimeType: 'application/json', text };
    },
  };
}

/** @throws NotFoundError when the encoding is broken */
function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new NotFoundError('The id in this resource is not correctly percent-encoded.');
  }
}
