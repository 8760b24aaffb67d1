import { WORDS } from '../../core/index.js';
import type { JobTexts } from './en-jobs.js';

const words = WORDS.zh;
const states: JobTexts['states'] = {
  planned: '未开始',
  running: '进行中',
  stopped: '已停止',
  cancelled: '已取消',
  finished: '已完成',
};

/** What is said about lists and the jobs that look them up, in Chinese. */
export const jobs: JobTexts = {
  states,
  kinds: { batch: '批量', shop: '店铺' },
  misread: ({ otherSheets }) => `  读错了？用${otherSheets.length > 0 ? ' --sheet、' : ' '}--column 指定。`,
  list: ({ lines, platforms, repeated, refused }) =>
    `${words.exact(lines)} 行：${words.list(platforms) || '没有识别到商品'}；重复 ${words.exact(repeated)}，无法识别 ${words.exact(refused)}`,
  line: (line, problem) => `  第 ${line} 行：${problem}`,
  plan: ({ id, calls, paid, mostPaidMore, expectedMs, known }) =>
    [
      `任务 ${id}：${words.counts.calls(calls)}`,
      paid > 0 ? `（其中付费 ${words.exact(paid)} 次）` : '',
      mostPaidMore > 0 ? `，免费数据源不知道的，最多再付费 ${words.exact(mostPaidMore)} 次` : '',
      calls > 0 ? `，大约 ${words.duration(expectedMs)}` : '',
      known > 0 ? `；${words.exact(known)} 个之前已查到` : '',
    ].join(''),
  left: (ms) => `还要 ${words.duration(ms)}`,
  perMinute: (count) => `每分钟 ${words.exact(count)} 个`,
  notRecognised: (lines) => `${words.exact(lines)} 行无法识别`,
  stopped: (cause) => `已停止：${cause}`,
  finished: '已完成',
  standing: (id, state) => `任务 ${id} ${states[state]}`,
  billed: (calls) => `计费 ${words.counts.calls(calls)}`,
  toContinue: (id) => `要继续，再运行同样的命令，或：bijia jobs resume ${id}`,
  none: '没有任务。新建任务：bijia batch <文件>',
  removed: (id) => `已删除任务 ${id}。`,
  cancelled: (id, label, state) => {
    const name = `任务 ${id}（${label}）`;
    if (state === 'finished') return `${name}已完成，不需要停止。`;
    if (state === 'running') return `已通知${name}停止。`;
    return `${name}已取消。要继续：bijia jobs resume ${id}`;
  },
  exported: (done, total, path) => `${words.exact(total)} 个中有 ${words.exact(done)} 个结果 → ${path}。`,
  unfinished: (id, state) => `任务 ${id} ${states[state]}，其余还没有结果。`,
  sandbox: ' ［模拟］',
};
