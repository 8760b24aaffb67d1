import { describe, expect, it } from 'vitest';
import { formatGuideSignature } from '../../../src/core/providers/jd/sign.js';

/** Computed by running the reference document's own function. */
const params = {
  method: 'jd.union.open.goods.detail.query',
  app_key: 'APPKEY',
  access_token: 'TOKEN',
  timestamp: '1750000000000',
  format: 'json',
  v: '2.0',
  sign_method: 'hmac-sha256',
  param_json: '{"skuId":"100012345678"}',
};

describe('formatGuideSignature', () => {
  it('wraps as the reference code does', () => {
    expect(formatGuideSignature('sha256-wrap', params, 'SECRET')).toBe(
      '7150C6033765EBDA70A42C1DA6CD3E574693DD478E99313A26BEBF23852BB121',
    );
  });

  it('makes an HMAC as the reference prose says', () => {
    expect(formatGuideSignature('hmac-sha256', params, 'SECRET')).toBe(
      '37512E5642998F147B79BCFAFD0AEE3E484BD7BFC7204937FCDDFF2F0AC2ADC5',
    );
  });

  it('signs the exact bytes of the business parameters', () => {
    const spaced = { ...params, param_json: '{"skuId": "100012345678"}' };
    expect(formatGuideSignature('sha256-wrap', spaced, 'SECRET')).toBe(
      '3E96001F274FD6D3938E472C12DBA8AC9EA46F429C7E4CB3652B4EBE83FFD5F6',
    );
  });
});
