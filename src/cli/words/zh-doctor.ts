import { WORDS } from '../../core/index.js';
import type { Texts } from './en.js';

const words = WORDS.zh;

/** What `bijia doctor` says around its checks, in Chinese. */
export const doctor: Texts['doctor'] = {
  areas: { machine: '本机', configuration: '配置', database: '数据库' },
  waiting: (waitMs) => `等待额度，${words.duration(waitMs)}…`,
  askToPay: (provider, probe) => `${provider}：${probe}需要 1 次付费调用。要查吗？[y/N]`,
  summary: (problems, skipped) => {
    const unknown = skipped === 0 ? '' : `${skipped} 项没有试。`;
    return problems === 0 ? `没有发现问题。${unknown}` : `发现 ${problems} 个问题。${unknown}`;
  },
  wroteRecords: (count, path) => `已把 ${count} 个返回写入 ${path}。给别人看之前，自己先读一遍。`,
  wroteReport: (path) => `已写入 ${path}。给别人看之前，自己先读一遍。`,
};
