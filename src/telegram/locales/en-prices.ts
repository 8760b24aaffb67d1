import type { Texts } from './zh.js';

export const history: Texts['history'] = {
  howTo: (forms) => `Put a product link behind /history, such as:\n${forms}`,
};
