// A machine of a fleet that looks up what its parent names, several products at once, and says when it is through.
import { createCore, parseConfig } from '../../src/core/index.js';

const AT_ONCE = 4;

/** Links, in the order in which this process asks. */
export type AnswersOrder = readonly string[];
/** How each link ended, by outcome. */
export type AnswersReport = Readonly<Record<string, number>>;

const core = createCore(parseConfig(process.env));

process.on('disconnect', () => process.exit(1));
process.on('message', async (links: AnswersOrder) => {
  const left = [...links];
  const report: Record<string, number> = {};
  const pull = async () => {
    for (let link = left.pop(); link !== undefined; link = left.pop()) {
      const [result] = await core.get(link);
      const outcome = result?.error?.code ?? result?.outcome ?? 'nothing';
      report[outcome] = (report[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, pull));
  process.send?.(report satisfies AnswersReport);
});
