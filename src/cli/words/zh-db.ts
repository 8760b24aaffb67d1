import type { DatabaseTexts } from './en-db.js';

/** What is said about the database that several machines share, in Chinese. */
export const db: DatabaseTexts = {
  none: '没有设置共享数据库，用的是本机的数据目录。多台机器共用时设置 BIJIA_DATABASE_URL，见 docs/fleet.md。',
  status: (found, newest) =>
    found === newest
      ? `数据库的表是当前版本（${found}）。`
      : `数据库的表是版本 ${found}，本程序需要 ${newest}。${found < newest ? '运行：bijia db migrate' : '请升级本机的 bijia。'}`,
  missing: (number, about) => `  缺：${number} ${about}`,
  step: (number, about) => `${number}：${about}`,
  imported: ({ series, watches, alerts }) =>
    `已带入数据库：${series} 条价格走势、${watches} 个降价提醒、${alerts} 条待发的消息。数据目录里的内容保持不变。`,
  nothingKept: (folder) => `${folder} 里没有这台机器自己的价格走势。`,
  done: (found) => `数据库的表已是版本 ${found}。`,
  queue: (found, newest) =>
    found >= newest
      ? `任务队列的表是当前版本（${found}）。`
      : `任务队列的表是版本 ${found}，本程序需要 ${newest}。运行：bijia db migrate`,
};
