import type * as z from 'zod/mini';
import { ResponseError } from '../../../errors.js';
import { field, object } from '../../../product/lenient-schema.js';
import { parseShownUrl } from '../../../product/normalizer.js';
import type { Call, PromotionLink } from '../../../provider.js';
import { buildJosRequest, type JosGateway, type JosValue } from '../../jd/jos/gateway.js';
import { jd } from '../../jd/links.js';
import { readJdReceipt } from '../../jd/receipt.js';
import { readUnionResult } from './calls.js';

/** A link that counts its buyers for a promoter. */
export interface JdPromotionLink extends PromotionLink {
  /** `u.jd.com/…`, good for 60 days. */
  readonly shortUrl?: string;
}

export interface PromotionRequest {
  /** Address of the product's page; an SKU id alone is refused. */
  readonly productUrl: string;
  /** The operator's own mark. */
  readonly subUnionId?: string;
}

/** @param siteId of a website or app with an ICP number, registered at union.jd.com: without one JD refuses (1002024) */
export function createCommonLinkCall(
  gateway: JosGateway,
  { productUrl, subUnionId }: PromotionRequest,
  siteId: string,
): Call<JdPromotionLink> {
  return createLinkCall(gateway, 'jd.union.open.promotion.common.get', {
    materialId: productUrl,
    siteId,
    subUnionId,
  });
}

const LONG_AND_SHORT = 3;

export const SUB_UNION_METHOD = 'jd.union.open.promotion.bysubunionid.get';

/** Needs a right that JD gives to companies with many orders. */
export function createSubUnionLinkCall(
  gateway: JosGateway,
  { productUrl, subUnionId }: PromotionRequest,
): Call<JdPromotionLink> {
  return createLinkCall(gateway, SUB_UNION_METHOD, {
    materialId: productUrl,
    subUnionId,
    chainType: LONG_AND_SHORT,
  });
}

const link = field((value) => parseShownUrl(value, jd.shownHosts));
const Answer = object({ data: object({ clickURL: link, shortURL: link }) });

function createLinkCall(
  gateway: JosGateway,
  method: string,
  promotionCodeReq: { readonly [name: string]: JosValue | undefined },
): Call<JdPromotionLink> {
  return {
    name: method,
    readReceipt: readJdReceipt,
    build: ({ nowMs }) =>
      buildJosRequest(gateway, { method, version: '1.0', token: '', nowMs, business: { promotionCodeReq } }),
    read: (answer) => toLink(Answer.parse(readUnionResult(answer))),
  };
}

function toLink({ data: { clickURL, shortURL } }: z.infer<typeof Answer>): JdPromotionLink {
  const url = clickURL ?? shortURL;
  if (url === undefined) {
    throw new ResponseError('JD Union answered without a promotion link. Report it with the log.');
  }
  return { url, shortUrl: shortURL };
}
