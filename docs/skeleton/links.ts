import { inParam, type Marketplace } from '../../marketplace.js';

const ITEM_ID = /^[1-9]\d{7,14}$/;

/** A marketplace with one form of link and one kind of id. */
export const mogu: Marketplace = {
  id: 'mogu',
  names: { zh: '蘑菇', en: 'Mogu' },
  hosts: ['.mogu.example'],
  links: [
    {
      kind: 'product',
      form: 'www.mogu.example/item?id=<itemId>',
      match: inParam(['www.mogu.example'], /^\/item$/, 'id', ITEM_ID),
      examples: [{ text: 'https://www.mogu.example/item?id=5200012345', id: '5200012345' }],
    },
  ],
  ids: [{ pattern: ITEM_ID, example: '5200012345' }],
  idColumns: [/^蘑菇(?:商品)?id$/i],
  shownHosts: ['.mogu.example'],
  productUrl: (id) => `https://www.mogu.example/item?id=${id}`,
};
