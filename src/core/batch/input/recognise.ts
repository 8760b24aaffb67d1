import { listSupported } from '../../config.js';
import type { Core } from '../../core.js';
import { BijiaError, toBijiaError } from '../../errors.js';
import { assertProductRef, findMarketplace } from '../../reference.js';
import type { BatchRef } from '../reference-table.js';
import type { Recognise } from './input-list.js';

/** Reads the lines of an input as the core reads a pasted text: the first product in it counts. */
export function createRecognise(
  { config, marketplaces, parseProductRefs }: Pick<Core, 'config' | 'marketplaces' | 'parseProductRefs'>,
  platform: string | undefined,
): Recognise {
  const supported = listSupported(config);
  const read = (text: string, hint: string | undefined): BatchRef => {
    const refs = parseProductRefs(text, { platform: platform ?? hint });
    const ref =
      refs.find(({ kind }) => kind === 'product') ?? refs.find(({ kind }) => kind === 'short') ?? refs[0];
    if (!ref) throw new Error('no reference and no error');
    assertProductRef(ref, findMarketplace(ref.platform, marketplaces), supported);
    if (ref.kind === 'product' && ref.id !== null) {
      return { platform: ref.platform, kind: 'product', id: ref.id, idType: ref.idType };
    }
    return { platform: ref.platform, kind: 'short', id: ref.url };
  };
  return (text, hint) => {
    try {
      return read(text, hint);
    } catch (error) {
      return error instanceof BijiaError ? error : toBijiaError(error);
    }
  };
}
