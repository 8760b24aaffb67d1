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

/** Why the core passes over a row or a column, in its words. */
const REASONS: Readonly<Record<string, string>> = {
  ...{ title: '标题', header: '表头', 'header again': '重复的表头', total: '合计' },
  ...{ example: '示例', rule: '分隔线', 'own codes': '商家编码', 'row numbers': '序号' },
  ...{ 'IDs of variants': '规格编号', 'IDs of another marketplace': '其他平台的编号' },
  ...{ 'no product IDs': '不是商品编号' },
};
const inZh = (why: string) => (REASONS[why] === undefined ? '' : `（${REASONS[why]}）`);

/** What is said about lists and the jobs that look them up, in Chinese. */
export const jobs: JobTexts = {
  states,
  kinds: { batch: '批量', shop: '店铺' },
  reading: ({ sheet, headerLine, columns, skipped, passedOver, platform, otherSheets, hiddenRows }) => {
    const names = words.list(columns.map(({ name, number }) => (name ? `「${name}」列` : `第 ${number} 列`)));
    const where = headerLine === undefined ? '没有表头' : `表头在第 ${headerLine} 行`;
    const [first] = skipped.examples;
    const example = first ? `，如第 ${first.line} 行“${first.text.slice(0, 40)}”${inZh(first.why)}` : '';
    const examples = columns
      .flatMap((column) => column.examples.map((text) => text.slice(0, 60)))
      .slice(0, 2);
    const passed = passedOver.map(
      ({ name, number, why }) => `${name ? `「${name}」列` : `第 ${number} 列`}${inZh(why)}`,
    );
    return [
      `读取${sheet === undefined ? '表格' : `工作表「${sheet}」`}：${where}，取${names}。${
        skipped.count > 0 ? `跳过 ${words.exact(skipped.count)} 行${example}。` : ''
      }`,
      ...(examples.length > 0 ? [`  例如 ${examples.join(' | ')}`] : []),
      ...(passed.length > 0 ? [`  没有读取：${words.list(passed)}。`] : []),
      ...(platform === undefined ? [] : [`  没有写平台的编号按 ${platform} 读取：标题里写了。`]),
      ...(otherSheets.length > 0 ? [`  没有读取的工作表：${words.list(otherSheets)}。`] : []),
      ...(hiddenRows > 0 ? [`  隐藏的 ${words.exact(hiddenRows)} 行也读取了。`] : []),
      `  读错了？用${otherSheets.length > 0 ? ' --sheet、' : ' '}--column 指定。`,
    ];
  },
  list: ({ lines, platforms, repeated, refused }) =>
    `${words.exact(lines)} 行：${words.list(platforms) || '没有识别到商品'}；重复 ${words.exact(repeated)}，无法识别 ${words.exact(refused)}`,
  line: (line, problem) => `  第 ${line} 行：${problem}`,
  plan: ({ id, calls, paid, expectedMs, known }) =>
    [
      `任务 ${id}：${words.counts.calls(calls)}`,
      paid > 0 ? `（其中收费 ${words.exact(paid)} 次）` : '',
      `，大约 ${words.duration(expectedMs)}`,
      known > 0 ? `；${words.exact(known)} 个之前已查到` : '',
    ].join(''),
  left: (ms) => `还要 ${words.duration(ms)}`,
  perMinute: (count) => `每分钟 ${words.exact(count)} 个`,
  notRecognised: (lines) => `${words.exact(lines)} 行无法识别`,
  stopped: (cause) => `已停止：${cause}`,
  finished: '已完成',
  isIn: (id, state) => `任务 ${id} ${states[state]}`,
  billed: (calls) => `收费 ${words.counts.calls(calls)}`,
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
