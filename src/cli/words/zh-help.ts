/** What commander says by itself, in Chinese. */
export const ZH_TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
};

/** What is said of one command in another language than the one in which it is declared. */
export interface CommandHelp {
  readonly about: string;
  /** By name. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** By long flag without its dashes. */
  readonly options?: Readonly<Record<string, string>>;
}

const JSON_DOCUMENT = '输出一个 JSON 文档';
const PLATFORM = '纯编号属于哪个平台：{platforms}';
const SOURCE = '用哪个数据源：{sources}';
const FRESH = '不用缓存，重新查询';
const RAW = '同时给出数据源的原始返回（去掉密钥）';
const QUIET = '不显示计划、进度和小结';
const JOB_ID = '任务编号，或它的开头';

/** The help of every command in Chinese, by its path; names in braces stand for what options may name. */
export const ZH_HELP: Readonly<Record<string, CommandHelp>> = {
  db: { about: '多台机器共用的数据库' },
  'db status': { about: '查看表的版本、服务器的设置和库里的内容' },
  'db import': { about: '把这台机器数据目录里的价格走势和降价提醒带入数据库' },
  'db migrate': { about: '建表，或升级到本程序的版本' },
  get: {
    about: '查商品的价格、销量、库存、规格',
    arguments: { text: '链接、分享文案、口令或编号；- 表示从标准输入读取，每行一个' },
    options: {
      platform: PLATFORM,
      source: SOURCE,
      full: '包括全部规格、商品参数和图片',
      fresh: FRESH,
      raw: RAW,
      json: JSON_DOCUMENT,
    },
  },
  link: {
    about: '转链：把文字里的商品链接换成自己的推广链接',
    arguments: { text: '带链接的文字，文本文件名，或 - 表示标准输入' },
    options: {
      'sub-id': '每个链接里自己的标记（平台支持时）',
      json: JSON_DOCUMENT,
    },
  },
  search: {
    about: '搜索所有已设置的平台；搜到的是候选，不一定是同款',
    arguments: { words: '关键词' },
    options: {
      platform: '只搜这个平台：{platforms}',
      source: SOURCE,
      sort: '各平台内的排序：price（价格）、sales（销量）、commission（佣金）',
      'min-price': '最低价（元）',
      'max-price': '最高价（元）',
      coupon: '只要有优惠券的',
      limit: '最多列多少个商品',
      cursor: '下一页，用上一页给出的值',
      json: JSON_DOCUMENT,
    },
  },
  watch: {
    about: '设降价提醒',
    arguments: { text: '链接、编号，或带 below、drop 列的表格' },
    options: {
      platform: PLATFORM,
      source: SOURCE,
      below: '不高于这个价格时提醒',
      drop: '降这么多时提醒，例如 5%',
      low: '90 天新低时提醒',
      stock: '到货时提醒',
      to: '提醒发到哪里：stdout（watch run 的标准输出）、webhook:NAME、telegram:CHAT 或 telegram:CHAT/TOPIC',
      group: '只看这几个商品里最便宜的',
      json: JSON_DOCUMENT,
    },
  },
  'watch run': {
    about: '查一轮到期的商品，提醒逐行输出 JSON',
    options: {
      follow: '一直运行，按 Ctrl-C 结束',
      'max-calls': '一轮最多调用多少次接口',
      report: '上次报告以来的变化：.csv、.xlsx 或 .jsonl',
      'dry-run': '只说要查什么，不查询',
    },
  },
  watches: { about: '看我的提醒', options: { json: JSON_DOCUMENT } },
  unwatch: {
    about: '取消提醒',
    arguments: { id: '提醒编号' },
    options: { all: '在命令行设的全部提醒' },
  },
  history: {
    about: '看价格走势，现在是不是好价',
    arguments: { text: '链接、分享文案或编号' },
    options: {
      platform: PLATFORM,
      source: SOURCE,
      days: '看多少天',
      offline: '只看已有记录，不查询',
      fresh: '付费数据源也查现价',
      chart: '画走势图：.svg 或 .png',
      points: '列出每一条记录和它的编号，供 forget --point 使用',
      json: JSON_DOCUMENT,
    },
  },
  'history import': {
    about: '导入价格记录（.jsonl 或 .csv），与导出的格式相同；- 从标准输入读 JSON 行',
    arguments: { file: '文件，或 -' },
  },
  'history export': {
    about: '导出全部价格记录，每行一个 JSON 对象',
    options: { out: '写到 .jsonl 或 .csv 文件（默认在标准输出逐行输出 JSON）' },
  },
  'history forget': {
    about: '删除一个商品的价格走势，或一条错误的记录',
    arguments: { link: '链接或编号' },
    options: { platform: PLATFORM, point: '只删这一条，编号由 --points 列出' },
  },
  drops: {
    about: '看最近降价，降得最多的在前',
    options: {
      days: '看多少天',
      min: '至少降多少，例如 5%',
      limit: '最多列多少个商品',
      out: '写到 .csv、.xlsx 或 .jsonl 文件',
      json: JSON_DOCUMENT,
    },
  },
  compare: {
    about: '比价：把你知道是同款的商品放在一起，最便宜的在前',
    arguments: { text: '链接、分享文案或编号' },
    options: {
      platform: PLATFORM,
      offline: '只看已有记录，不查询',
      fresh: '付费数据源也查现价',
      json: JSON_DOCUMENT,
    },
  },
  resolve: {
    about: '看链接指向什么（不联网）',
    arguments: { text: '链接或分享文案' },
    options: {
      json: JSON_DOCUMENT,
      jsonl: '从标准输入逐行读取（JSON 字符串或 {"text": …}），逐行输出',
    },
  },
  batch: {
    about: '批量查询文件里的商品，中断后重跑即可继续',
    arguments: { file: 'txt、csv、tsv、xlsx、html、json 或 jsonl；- 表示标准输入' },
    options: {
      force: '替换已有的文件',
      'no-keep': '不带清单里自己的列',
      plain: 'csv 里的编号照原样，不为表格软件转成文本',
      out: '写到 .jsonl、.csv 或 .xlsx 文件（默认在标准输出逐行输出 JSON）',
      platform: PLATFORM,
      source: SOURCE,
      column: '商品在哪一列，写列名或第几列；可写多次',
      sheet: '用哪个工作表，写名称或第几个',
      rows: '表格里一行是一个商品，还是一个规格',
      detail: '查到多细',
      'retry-failed': '只重试平台出错的',
      'dry-run': '只说明要查多少，不查询',
      'max-calls': '最多调用多少次接口',
      'batch-first': '不为聊天查询预留额度，清单最快查完',
      fresh: FRESH,
      raw: `${RAW}，存入任务和 jsonl`,
      quiet: QUIET,
    },
  },
  jobs: { about: '查看任务', options: { json: JSON_DOCUMENT } },
  'jobs resume': { about: '继续一个任务', arguments: { id: JOB_ID }, options: { quiet: '不显示进度' } },
  'jobs cancel': { about: '停止一个任务，之后可以继续', arguments: { id: JOB_ID } },
  'jobs export': {
    about: '导出已有结果',
    arguments: { id: JOB_ID },
    options: {
      force: '替换已有的文件',
      out: '写到 .jsonl、.csv 或 .xlsx 文件',
      rows: '表格里一行是一个商品，还是一个规格',
    },
  },
  'jobs rm': { about: '删除一个任务和它的结果', arguments: { id: JOB_ID } },
  shop: {
    about: '列出店铺商品',
    arguments: { shop: '店铺链接或店铺编号' },
    options: {
      platform: PLATFORM,
      source: SOURCE,
      limit: '最多列出多少个商品（20）',
      all: '全部商品；中断后重跑即可继续',
      cursor: '从上一页结束的地方继续',
      force: '替换已有的文件',
      out: '写到 .jsonl、.csv 或 .xlsx 文件',
      quiet: '不显示进度',
      json: JSON_DOCUMENT,
    },
  },
  mcp: {
    about: '供 AI 助手调用（MCP，stdio）',
    options: {
      'env-file': '从这个文件读取配置；环境变量优先',
      http: '通过 HTTP 提供服务：[地址:]端口',
    },
  },
  setup: {
    about: '连接 AI 助手：显示要加到它设置里的内容，或直接写入',
    arguments: { host: '哪一个；不写则列出这台电脑上有的' },
    options: {
      write: '合并到助手自己的设置文件，原文件留副本，其他服务不变',
      'env-file': '服务用的配置文件（默认是当前目录的 .env）',
    },
  },
  completion: {
    about: '输出命令补全脚本',
    arguments: { shell: 'bash、zsh 或 fish' },
  },
  telegram: { about: '运行 Telegram 机器人，直到中断；TELEGRAM_BOT_TOKEN 指定哪一个' },
  worker: { about: '处理共用数据库的各台机器的任务和降价提醒，直到中断' },
  login: {
    about: '授权：读取自己的店铺，或推广位备案',
    arguments: { provider: '哪个数据源：{logins}' },
    options: { code: '授权码，或浏览器跳转到的整个地址' },
  },
  doctor: {
    about: '检查配置、时钟、凭据、额度、代理',
    options: {
      json: JSON_DOCUMENT,
      yes: '做收费的检查前不再询问',
      report: '另写一份可以给别人看的报告，凭据已去除',
      record: '把平台的真实返回存到这个文件夹，凭据、人名和店铺联系方式已去除',
    },
  },
  sandbox: {
    about: '启动模拟接口，供其他程序使用',
    options: {
      port: '本机端口（默认自动选空闲的）',
      prices: '价格按时钟变动，例如 1m:1,0.85',
      quota: '每个接口的额度，如 100/6s',
    },
  },
  demo: { about: '用模拟数据演示', arguments: { text: '要查的链接；不写则看演示' } },
};
