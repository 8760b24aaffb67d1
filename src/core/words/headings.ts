type Headings = Readonly<Partial<Record<string, string>>>;

/** What only a person can change about the shared database. */
const UNUSABLE = [
  ...['database_file', 'database_refused', 'database_untrusted', 'database_without_tls', 'pooled_database'],
  ...['newer_schema', 'old_schema', 'old_database', 'no_database_key', 'other_database_key'],
];

const createHeadings = (unusable: string, others: Headings): Headings => ({
  ...others,
  ...Object.fromEntries(UNUSABLE.map((code) => [code, unusable])),
});

/** By error code, where the outcome ("rate limited") would not say what happened. */
export const EN_HEADINGS = createHeadings('database unusable', {
  state_unreachable: 'database unreachable',
  state_refused: 'database refuses',
  state_full: 'database full',
  state_clock: 'database clock unsteady',
  state_slow: 'database too slow',
  daily_calls_used: 'daily limit reached',
  max_calls_reached: 'limit reached',
  bound_reached: 'limit reached',
});

export const ZH_HEADINGS = createHeadings('数据库不可用', {
  state_unreachable: '连不上数据库',
  state_refused: '数据库拒绝执行',
  state_full: '数据库磁盘已满',
  state_clock: '数据库时钟不稳',
  state_slow: '数据库太慢',
  daily_calls_used: '今日已用完',
  max_calls_reached: '已达上限',
  bound_reached: '已达上限',
});
