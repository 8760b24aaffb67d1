import { describe, expect, it } from 'vitest';
import type { JobRecord } from '../../../src/core/index.js';
import { toJobAnswer } from '../../../src/mcp/answers/job-answer.js';
import { START } from '../../../src/mcp/answers/job-cursor.js';
import type { ToolCall } from '../../../src/mcp/tool.js';

const RECORD = {
  id: 'abcdef1234',
  state: 'stopped',
  lines: 30_000,
  total: 29_000,
  done: 9000,
  counts: { ok: 9000 },
  key: { kind: 'batch', sandbox: true },
} as unknown as JobRecord;

const CALL = { jobs: { find: () => undefined } } as unknown as ToolCall;

describe('a job that is too long to be told', () => {
  it('says how much remains and what is made up, as every other answer does', async () => {
    const options = { told: START, fields: [] };
    const { data } = await toJobAnswer(RECORD, CALL, options);
    expect(data).toMatchObject({
      state: 'stopped',
      total: 29_000,
      done: 9000,
      remaining: 20_000,
      sandbox: true,
      notice: expect.stringMatching(/SANDBOX: made-up data/),
    });
    const real = { ...RECORD, key: { ...RECORD.key, sandbox: false } };
    expect((await toJobAnswer(real, CALL, options)).data).not.toHaveProperty('notice');
  });
});
