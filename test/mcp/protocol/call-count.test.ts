import { describe, expect, it } from 'vitest';
import { createHttpCaller } from '../../../src/mcp/caller.js';
import { createCallCount } from '../../../src/mcp/protocol/call-count.js';

describe('calls under way', () => {
  it('are refused beyond as many as a caller may have, until one of them ends', () => {
    const { begin } = createCallCount();
    const ann = { ...createHttpCaller('ann'), maxCalls: 2 };
    const end = begin(ann);
    begin(ann);
    expect(() => begin(ann)).toThrow(/2 calls under way/);
    begin(createHttpCaller('bob'));
    end();
    expect(() => begin(ann)).not.toThrow();
    expect(() => begin(ann)).toThrow(expect.objectContaining({ code: 'throttled', retryAfterMs: 1000 }));
  });
});
