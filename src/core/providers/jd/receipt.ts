import type { Receipt } from '../../errors.js';
import { cleanText } from '../../product/normalizer.js';
import type { HttpAnswer } from '../../provider.js';
import { listLayers } from './jos/gateway.js';

/**
 * What a JD answer says besides its content: the id of the request, which only some have, and JD's own words in a refusal.
 * Either may be in any layer of the answer. Never throws.
 */
export function readJdReceipt(answer: HttpAnswer): Receipt {
  try {
    const layers = listLayers(answer.json());
    const speaking = layers.find(({ requestId, request_id }) => requestId ?? request_id);
    return {
      trace: speaking && cleanText(speaking['requestId'] ?? speaking['request_id'], 64),
      said: layers.flatMap((layer) => (isRefusal(layer) ? (findWords(layer) ?? []) : []))[0],
    };
  } catch {
    // The caller, who reads the same answer, says what is wrong with it.
    return {};
  }
}

type Layer = Readonly<Record<string, unknown>>;

/** 0 is success at the gateway, 200 inside. */
const isRefusal = ({ code }: Layer) => code != null && !/^(?:0|200|)$/.test(String(code));

const findWords = ({ zh_desc, message, msg, en_desc }: Layer) =>
  [zh_desc, message, msg, en_desc].map((words) => cleanText(words)).find((words) => words !== undefined);
