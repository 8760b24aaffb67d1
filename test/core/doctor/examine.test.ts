import { afterEach, expect, it } from 'vitest';
import type { Check } from '../../../src/core/doctor/check.js';
import { examine } from '../../../src/core/doctor/examine.js';
import type { RecordedAnswer } from '../../../src/core/doctor/record.js';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';

let opened: SandboxCore | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const OPTIONS = { nodeVersion: '20.18.1', mayPay: async () => false };

it('asks before a paid probe only when everything before it was told', async () => {
  opened = await openSandboxCore();
  const { core } = opened;
  const told: Check[] = [];
  const asked: [string, Set<string>][] = [];
  const mayPay = async (provider: string) => {
    asked.push([provider, new Set(told.map(({ area }) => area))]);
    return false;
  };
  for await (const check of examine(core, { ...OPTIONS, mayPay })) told.push(check);
  expect(asked.length).toBeGreaterThan(0);
  const ids = core.upstreams.map(({ provider }) => provider.id);
  for (const [provider, areas] of asked) {
    for (const id of ids.slice(0, ids.indexOf(provider))) expect(areas).toContain(id);
  }
});

it('tells its sources in their order, and records their answers in the same', async () => {
  opened = await openSandboxCore();
  const { core } = opened;
  const recorded: RecordedAnswer[] = [];
  const areas: string[] = [];
  const onRecord = (answer: RecordedAnswer) => recorded.push(answer);
  for await (const { area } of examine(core, { ...OPTIONS, onRecord })) areas.push(area);
  const ids = core.upstreams.map(({ provider }) => provider.id);
  const distinct = (names: readonly string[]) => names.filter((name, at) => name !== names[at - 1]);
  expect(distinct(areas).slice(-ids.length)).toEqual(ids);
  const sources = distinct(recorded.map(({ provider }) => provider));
  expect(sources).toEqual(ids.filter((id) => sources.includes(id)));
});

it('asks nobody anything any more when its reader has left', async () => {
  opened = await openSandboxCore();
  const asked: string[] = [];
  const mayPay = async (provider: string) => asked.push(provider) > 0;
  for await (const { area } of examine(opened.core, { ...OPTIONS, mayPay })) {
    if (area === opened.core.upstreams[0]?.provider.id) break;
  }
  expect(asked).toEqual([]);
});
