import type { BijiaError, ErrorFacts } from '../errors.js';

type Sentence = (facts: ErrorFacts) => string;

const SAVE_AGAIN = '请另存为 UTF-8 再用。';
const at = (line: ErrorFacts[string]) => (line === undefined ? '' : `第 ${line} 行：`);
const about = (name: ErrorFacts[string]) => (name === undefined ? '' : `${name}：`);
const later = (wait: ErrorFacts[string]) => (wait === undefined ? '过一会儿' : `${wait}后`);

/** About what was given. */
const INPUT: Readonly<Record<string, Sentence>> = {
  invalid: () => '无法识别。请给出商品链接、分享文案、口令或商品编号。',
  invalid_input: () => '无法识别。请给出商品链接、分享文案、口令或商品编号。',
  not_recognised: ({ example }) =>
    `没有找到商品链接或编号。${example === undefined ? '' : `例如：${example}`}`,
  platform_needed: ({ id, platforms = '' }) =>
    `${id === undefined ? '这个编号' : `${id} `}可能属于几个平台。请用 --platform 指明${platforms === '' ? '' : `：${`${platforms}`.replaceAll(' ', '、')}`}。`,
  no_such_platform: ({ given, known }) => `没有平台“${given ?? ''}”。可以是：${known ?? ''}。`,
  no_such_source: ({ given, known }) => `没有数据源“${given ?? ''}”。可以是：${known ?? ''}。`,
  bad_product_id: ({ platform, example }) =>
    `这不是${platform ?? '这个平台'}的商品编号${example === undefined ? '' : `，编号如 ${example}`}。`,
  bad_shop_id: ({ platform }) =>
    `这不是${platform ?? '这个平台'}的店铺编号。请给出店铺链接，或链接里的数字。`,
  not_a_shop_link: ({ example }) => `这不是店铺链接。${example === undefined ? '' : `例如：${example}`}`,
  shop_link: () => '这是店铺，不是商品。用 bijia shop 列出店铺商品。',
  shop_not_listed: ({ platform }) =>
    `这是店铺，不是商品；${platform ?? '这个平台'}的店铺不能列出。请给出商品链接。`,
  no_product_in_link: ({ example }) =>
    `这个链接里没有商品。打开它，复制商品页的链接${example === undefined ? '' : `，如 ${example}`}。`,
  no_shop_in_link: () => '这个链接里没有店铺。打开店铺首页，复制它的链接。',
  cannot_be_opened: () => '口令和小程序链接只能在 App 里打开。在 App 里打开后，复制商品链接。',
  not_a_marketplace: ({ host, supported }) =>
    `${host === undefined ? '' : `${host} `}不是支持的平台。支持：${supported ?? ''}。`,
  short_link_dead: () => '短链接已失效。请重新复制商品链接。',
  short_link_unsafe: () => '短链接指向了别处，没有打开。请直接给出商品链接。',
  short_link_foreign: () => '短链接指向了另一个平台，没有打开。请直接给出商品链接。',
  short_link_loop: () => '短链接跳转次数太多，没有打开。请直接给出商品链接。',
  bad_entry: () => '这一项里读不出商品链接或编号。',
  no_words: () => '没有要搜的关键词。',
  too_many_words: ({ limit }) => `关键词太长，最多 ${limit ?? 100} 个字。写商品名称就够了。`,
  wrong_cursor: () => '这个 --cursor 属于另一次搜索。去掉它，从第一页开始。',
  sub_id_too_long: () => '--sub-id 太长，请缩短。',
  stale_cursor: () => '这个页码不属于这家店铺。去掉 --cursor，从第一页开始。',
  empty_cell: ({ line }) => `${at(line)}这一行没有编号或链接。`,
  rounded_id: ({ line, text }) =>
    `${at(line)}编号被表格改成${text === undefined ? '了科学计数法' : ` ${text}`}。把该列设为文本，重新填写。`,
  empty_input: ({ path }) => `${about(path)}文件是空的。每行放一个商品编号、链接或分享文案。`,
  input_too_large: ({ limit }) =>
    `内容太多${limit === undefined ? '' : `（最多 ${limit}）`}。请拆成几个文件。`,
  wrong_file_kind: ({ name, line }) =>
    `${at(line)}${name === undefined ? '这不是文本或表格文件' : `这个文件是 ${name}`}。可以读 txt、csv、tsv、json、jsonl、html 和 xlsx。`,
  bad_json: () => 'JSON 文件有错误。请重新保存，或另存为 jsonl、csv。',
  workbook_through_pipe: () => 'xlsx 不能从管道读取，请直接给出文件。',
  bad_encoding: ({ line }) => `${at(line)}文字编码有问题。${SAVE_AGAIN}`,
  line_too_long: ({ line }) => `${at(line)}超过 1 MB。每行只放一个编号、链接或分享文案。`,
  open_quote: ({ line }) => `${at(line)}有个引号没有成对，请改好或另存为 xlsx。`,
  not_a_table: () => '文件不是用逗号或制表符分隔的表格。',
  no_column: ({ name, known }) =>
    name === undefined
      ? '没有找到商品列。把列名写成 id、sku、goods_id、url 或商品链接，或用 --column 指定。'
      : `没有“${name}”这一列。表里有：${known ?? ''}。`,
  no_sheet: ({ name, known }) => `没有工作表“${name ?? ''}”。文件里有：${known ?? ''}。`,
  not_an_id: ({ id, platform, example }) =>
    platform === undefined
      ? `${id ?? '这个数字'} 是条形码，不是商品编号。请给出商品链接或编号。`
      : `${id ?? '这个数字'} 不是${platform}的商品编号（编号如 ${example ?? ''}）。请给出商品链接。`,
  interrupted: () => '上次没有运行完就中断了。再运行一次即可继续。',
  bad_limit: () => '--limit 至少是 1。',
  empty_shop: ({ id }) =>
    `店铺${id === undefined ? '' : ` ${id} `}没有列出商品。请核对编号；也可能是空店或已关闭。`,
  share_code_not_opened: () => '这里打不开这个口令。请粘贴商品链接。',
  no_promotion_link: () => '没有生成推广链接。',
  short_link_closed: () => '这种短链接不能打开。请粘贴商品链接。',
  short_link_offline: () => '短链接要联网打开。请粘贴完整的商品链接。',
  no_product_to_watch: () => '没有可以设提醒的商品。请给出商品链接或编号。',
  too_many_watches: ({ hours }) =>
    `提醒太多，每个商品要 ${hours ?? '很多'} 小时才能查一次。取消一些，或调高 BIJIA_WATCH_SHARE。`,
  no_history: ({ id }) =>
    `还没有${id === undefined ? '它' : ` ${id} `}的价格。先查一次；要收费的，加 --fresh。`,
  history_no_column: ({ missing }) => `表格缺少列：${missing ?? ''}。第一行要写列名。`,
  history_line: ({ field }) => `${field === undefined ? '这一行' : `${field} `}无法导入，请核对格式。`,
  history_point: () => '这不是价格点的编号。用 bijia history 链接 --points 查看。',
  ambiguous_columns: ({ columns }) =>
    `${columns === undefined ? '有几列' : `${columns} 这几列`}都像商品。用 --column 指定一列。`,
  workbook_too_costly: () => '表格太大，打不开。只留一个工作表的一列，或另存为 csv。',
  workbook_broken: () => 'xlsx 文件已损坏。请重新另存为 xlsx 或 csv。',
  unreadable_file: ({ path }) => `无法读取文件 ${path ?? ''}。请核对路径和权限。`,
  folder_given: ({ path }) =>
    `${path ?? ''} 是文件夹。请给出 txt、csv、tsv、json、jsonl、html 或 xlsx 文件。`,
  output_is_input: ({ path }) => `${path ?? '它'} 就是清单本身。请用 --out 换一个名字。`,
  output_exists: ({ path }) =>
    `${path ?? '文件'} 已存在，不是这个任务写的。用 --out 换一个名字，或用 --force 替换。`,
  output_not_a_file: ({ path }) => `${path ?? '它'} 不是普通文件，请换一个路径。`,
  wrong_output_kind: ({ name }) => `${name ?? '文件名'} 要以 .jsonl、.csv 或 .xlsx 结尾。`,
  output_not_writable: ({ path }) => `无法写入 ${path ?? ''}。请核对路径和权限。`,
  too_many_rows: ({ limit }) => `工作簿最多 ${limit ?? '100,000'} 行。请改用 csv 或 jsonl。`,
  no_such_job: ({ id }) => `没有任务 ${id ?? ''}。用 bijia jobs 查看任务。`,
  ambiguous_job: ({ id }) => `有几个任务的编号以 ${id ?? ''} 开头。请多写几位。`,
  job_running: ({ pid, seconds }) =>
    `任务正在运行${pid === undefined ? '' : `（进程 ${pid}）`}。等它结束，或用 bijia jobs cancel 停止。${seconds === undefined ? '' : `如果它的进程刚刚被强制结束，${seconds} 秒后再执行同一条命令。`}`,
  job_finished: ({ id }) => `任务 ${id ?? ''} 已完成。要重新查询，请再给出它的文件。`,
  job_version: () => '这个任务是更新版本的 bijia 写的。请用那个版本继续，或删除任务。',
  job_damaged: ({ id = '' }) => `任务 ${id} 的记录已损坏。重新给出清单，或用 bijia jobs rm ${id} 删除。`,
  job_without_shop: () => '任务里没有写是哪家店铺。请删除后重新开始。',
  input_damaged: () => '任务保存的清单已损坏。请重新给出清单；已查到的结果还在。',
  target_price: ({ given, example }) =>
    `“${given ?? ''}”不是目标价。请写大于 0、不超过一千万的金额，如 ${example ?? '4999'}。`,
  price_drop: ({ given, example }) => `“${given ?? ''}”不是降幅。请写百分比，如 ${example ?? '5%'}。`,
};

/** Why the database refuses the connection, by SQLSTATE. */
const REFUSED: Readonly<Record<string, string>> = {
  '28P01': '数据库不接受这个密码。核对 BIJIA_DATABASE_URL。',
  '28000':
    '数据库不接受这个用户，或只允许从别处、或加密后连接。核对 BIJIA_DATABASE_URL（sslmode=verify-full）和服务器的 pg_hba.conf。',
  '3D000': '没有这个数据库。核对 BIJIA_DATABASE_URL，或先建库。',
  '3F000': '没有这个 schema。运行：bijia db migrate',
  '42501': '这个用户在数据库里没有权限。让它拥有这个 schema，或允许它在里面建表。',
  password: '数据库要密码。核对 BIJIA_DATABASE_URL。',
};

/** Why the shared database cannot be used at the moment. */
const ABSENT: Readonly<Record<string, string>> = {
  away: '请稍后再试；一直连不上时，看看服务器是否在运行、BIJIA_DATABASE_URL 是否正确。',
  starting: '服务器正在启动或停止，请稍后再试。',
  standby: 'BIJIA_DATABASE_URL 指向备库，备库不能写入：把它提升为主库，或填主库的地址。',
  crowded: '服务器的连接用完了：把各台机器的 BIJIA_DATABASE_POOL 调低，或调高 max_connections。',
  slow: '在 BIJIA_DATABASE_TIMEOUT 内没有响应。请稍后再试；一直这样时，看看服务器的负载和 BIJIA_DATABASE_URL。',
  read_only: '服务器暂时不能写入（default_transaction_read_only，或变成了备库）；恢复后会自动继续。',
};

const ONE_BOT = '只能有一个：停掉另一个，给这个换个令牌，或让它们共用一个数据库';
const inBrackets = (reason: ErrorFacts[string]) => (reason === undefined ? '' : `（${reason}）`);

/** About settings, machine and accounts. */
const OPERATION: Readonly<Record<string, Sentence>> = {
  configuration: ({ problems }) => `配置需要修改：\n${problems ?? ''}`,
  not_configured: ({ platform, settings }) =>
    `${platform ?? '这个平台'}还没有配置${settings === undefined ? '' : `。先设置 ${settings}`}；没有凭据可先用模拟数据：BIJIA_SANDBOX=1。`,
  wrong_address: ({ settings }) => `平台的地址不对。请核对 ${settings ?? '地址设置'}。`,
  state_not_readable: ({ path }) => `${path ?? '数据目录里的一个文件'} 无法使用。请删除它再试。`,
  history_unusable: ({ path }) => `无法打开价格走势的数据。检查 ${path ?? '文件'}，或设 BIJIA_HISTORY=0。`,
  history_disk_full: () => '磁盘已满，无法记录价格走势。请腾出空间，或设 BIJIA_HISTORY=0。',
  history_busy: () => '另一个程序正占用价格走势的数据。过一会儿再试。',
  history_newer: () => '价格走势是更新版本的 bijia 写的。请升级，或设 BIJIA_HISTORY=0。',
  no_sqlite: () => '价格走势需要 SQLite。请用 Node 22.13 以上，或运行 npm install libsql。查价不受影响。',
  no_png: () => '生成 PNG 需要另外安装：npm install @resvg/resvg-js。也可以写成 .svg。',
  renewal_unknown: () => '续期令牌时中断，不能再用。请重新授权：bijia login。',
  interface_not_permitted: () => '这个应用没有这个接口的权限。到平台后台申请。',
  state_not_writable: ({ reason }) =>
    `无法写入数据目录${inBrackets(reason)}。把 BIJIA_STATE_DIR 设为本机磁盘上可写的目录。`,
  state_on_network: () => '数据目录在网络磁盘上，无法准确控制额度。把 BIJIA_STATE_DIR 设为本机磁盘上的目录。',
  disk_full: () => '磁盘已满。已有的结果都还在；腾出空间后继续任务。',
  journal_version: () => '这个任务是另一版本的 bijia 写的。用那个版本继续，或删除任务。',
  journal_of_another_list: () => '任务的记录属于另一份清单。用 bijia jobs rm 删除后重新开始。',
  refused_in_a_row: ({ source }) => `${source ?? '数据源'}连续拒绝了查询。核对凭据和本机时钟，再继续任务。`,
  credentials_refused: ({ settings }) =>
    `平台拒绝了凭据。核对${settings === undefined ? '账号的凭据和权限' : ` ${settings}`}，再运行 bijia doctor。`,
  signature_refused: ({ settings }) =>
    `平台拒绝了签名。核对${settings === undefined ? '凭据是否配套' : ` ${settings}`}，再运行 bijia doctor。`,
  token_expired: () => '令牌已失效，又没能续期。重新授权，或核对凭据。',
  login_needed: () => '需要先授权：运行 bijia login。',
  account_restricted: () => '平台限制了这个账号。先停止查询，联系平台。',
  clock_off: () => '本机时钟不准。用 NTP 校准后再试。',
  unknown_method: ({ settings }) =>
    `平台不认识这次调用。核对${settings === undefined ? '接口地址和协议' : ` ${settings}`}，并确认应用已开通这个接口。`,
  no_pg: () => 'BIJIA_DATABASE_URL 需要 pg 包。运行：npm install pg',
  no_bullmq: () => '多台机器共同处理任务需要 pg 和 bullmq 两个包。运行：npm install pg bullmq@6.7.0',
  no_database_key: () =>
    'BIJIA_DATABASE_URL 指向别的机器，库里的令牌必须加密。把 BIJIA_DATABASE_KEY 设成一段长的随机文字，每台机器相同。',
  other_database_key: () => '共享数据库里的令牌是用别的密钥加密的。每台机器的 BIJIA_DATABASE_KEY 必须相同。',
  database_refused: ({ reason }) =>
    (reason !== undefined && REFUSED[reason]) ||
    '数据库拒绝了连接。核对 BIJIA_DATABASE_URL 里的用户、密码和库名。',
  database_untrusted: () =>
    '数据库的证书不可信。在 BIJIA_DATABASE_URL 里用 sslrootcert=… 给出签发机构的证书，主机名要和证书一致。',
  database_without_tls: () =>
    'sslmode 要求加密，数据库却不支持。在服务器上设 ssl = on；数据库就在本机时去掉 sslmode。',
  database_file: ({ name }) => `BIJIA_DATABASE_URL 里 ${name ?? '证书'} 指定的文件无法读取。核对路径和权限。`,
  old_database: () => '数据库版本低于 PostgreSQL 13。请升级服务器。',
  pooled_database: () =>
    'BIJIA_DATABASE_URL 指向连接池。bijia 用的连接不多，但要独占：请填数据库服务器自己的地址。',
  old_schema: ({ found, newest }) =>
    `数据库的表是旧版本（${found ?? '?'}，需要 ${newest ?? '?'}）。运行：bijia db migrate`,
  other_update_source: () =>
    '这个机器人的其他机器用另一种方式接收消息（轮询或 webhook）。每台机器的设置必须相同；更改之前先停掉其他机器。',
  newer_document: () => '共享数据库里有更新版本写下的内容。请升级这台机器上的 bijia。',
  newer_schema: ({ found, newest }) =>
    `数据库的表来自更新版本的 bijia（${found ?? '?'}，这里是 ${newest ?? '?'}）。请更新这里的安装。`,
  parameters_refused: () => '平台拒绝了参数。核对凭据和本机时钟，再运行 bijia doctor。',
  paid_watch: ({ source }) =>
    `${source ?? '这个数据源'}每查一次价都收费。先用 BIJIA_WATCH_PAID_DAILY 设定一天最多查几次。`,
  no_webhook: ({ name, known }) =>
    `没有 webhook ${name ?? ''}。设置 BIJIA_WEBHOOK_${name ?? 'NAME'}_URL${known === undefined ? '' : `；已有：${known}`}。`,
  bot_token_missing: () => '没有设置 TELEGRAM_BOT_TOKEN。到 Telegram 里找 @BotFather 领一个。',
  bot_token_malformed: () => 'TELEGRAM_BOT_TOKEN 不是机器人令牌；令牌形如 123456789:AAE…。',
  bot_token_refused: ({ reason }) =>
    `Telegram 不接受 TELEGRAM_BOT_TOKEN${inBrackets(reason)}。到 @BotFather 换一个。`,
  bot_used_elsewhere: ({ webhook }) =>
    `${webhook === undefined ? '另一个进程在用同一个机器人令牌' : '另一个进程给同一个机器人设了 webhook'}（409 Conflict）。${ONE_BOT}（BIJIA_DATABASE_URL）。`,
  bot_port: ({ host, port, reason }) =>
    `无法打开 ${host ?? ''} 的端口 ${port ?? ''}${inBrackets(reason)}。换一个 TELEGRAM_WEBHOOK_PORT。`,
  webhook_secret_missing: () =>
    '用 TELEGRAM_WEBHOOK_URL 就要设 TELEGRAM_WEBHOOK_SECRET：16 到 256 个字母、数字、_ 或 -。可以这样生成：openssl rand -hex 32',
  webhook_refused: ({ reason }) => `Telegram 不接受 TELEGRAM_WEBHOOK_URL${inBrackets(reason)}。`,
  polling_refused: ({ reason }) => `Telegram 不接受轮询${inBrackets(reason)}。`,
  lost_webhook: ({ found }) =>
    `这个机器人的 webhook ${found === undefined ? '被删除了' : '指向了别的地址'}：另一个进程在用同一个令牌。${ONE_BOT}（BIJIA_DATABASE_URL）和 TELEGRAM_WEBHOOK_URL。`,
  history_off: () => '降价提醒要和以前的价格比较。去掉 BIJIA_HISTORY=0。',
};

/** About what the upstreams answered. */
const ANSWERS: Readonly<Record<string, Sentence>> = {
  not_found: () => '没有找到这个商品，可能已下架。请核对链接。',
  unsupported: ({ platform, supported }) =>
    `暂不支持${platform ?? ''}。${supported === undefined ? '' : `支持：${supported}。`}`,
  not_offered: ({ platform = '', what, why = '请给出商品链接。' }) =>
    `${platform}暂不支持${what ?? '这个功能'}。${why}`,
  links_not_offered: ({ platform = '', why = '' }) => `${platform}暂不支持转链。${why}`,
  page_cap: () => '平台不再提供后面的页。',
  throttled: ({ wait }) => `查询太频繁，${later(wait)}可再查。`,
  throttled_repeatedly: () =>
    '额度没有超，却多次触发限流：另有程序在用同一个凭据。停掉它，或把额度调低，再继续。',
  state_unreachable: ({ reason }) =>
    `连不上共享数据库；没有它就不发出任何查询。${ABSENT[reason ?? 'away'] ?? ABSENT['away']}`,
  state_not_shared: () => '只有共用一个数据库的机器才能分担任务。设置 BIJIA_DATABASE_URL。',
  state_set_aside: ({ path }) => `${path ?? '数据目录里的一个文件'} 无法识别，已改名为以 .broken 结尾。`,
  state_refused: () => '共享数据库拒绝执行；没有它就不发出任何查询。运行 bijia doctor。',
  state_full: () => '共享数据库的磁盘满了；没有它就不发出任何查询。腾出空间后会自动恢复。',
  state_slow: ({ calls, seconds, ms }) =>
    `对 ${seconds ?? ''} 秒 ${calls ?? ''} 次的额度来说，共享数据库太慢：许可要 ${ms ?? ''} 毫秒以上才到，到时已过期，所以暂不发出查询。看看服务器是否过载；没有的话，换一台离本机更近的，并修改 BIJIA_DATABASE_URL。`,
  state_clock: () => '共享数据库的时钟在跳变；稳定之前不发出任何查询。',
  max_calls_reached: ({ limit }) =>
    `已达到${limit === undefined ? '' : ` ${limit} 次`}调用上限（--max-calls），已停止。`,
  daily_calls_used: ({ ceiling, env }) =>
    `今天的付费查询已用完${ceiling === undefined ? '' : `（上限 ${ceiling} 次）`}。明天继续，或调高 ${env ?? '每日上限'}。`,
  upstream_error: () => '平台出错了，过几分钟再试。',
  upstream_timeout: ({ seconds: limit }) =>
    `平台${limit === undefined ? '响应太慢' : ` ${limit} 秒没有响应`}，过几分钟再试。`,
  unexpected_response: () => '平台的返回和预期不符，接口可能变了。运行 bijia doctor --report 文件 并反馈。',
  interface_changed: () =>
    '平台有返回，但读不出内容：接口可能变了。用 bijia doctor --record 目录 保存后反馈。',
  other_product: () => '平台返回了另一个商品，没有采用。重试也没有用。',
  bound_reached: () => '已达到上限，没有再查。继续任务即可。',
  paid_without_data: () => '平台收了费却没有数据。每次都收费，所以没有重试。',
  rows_without_id: () => '平台返回的商品没有编号，无法对应。请单独查这个商品。',
  cancelled: () => '没有查完就取消了；再运行一次即可。',
  internal_error: () => 'bijia 内部出错。请用 BIJIA_LOG_LEVEL=debug 重现并反馈。',
};

const SENTENCES: Readonly<Record<string, Sentence>> = { ...INPUT, ...OPERATION, ...ANSWERS };

/** The Chinese sentence for an error's code, for the person running the command; undefined where the code has none. */
export function findZhSentence({ code, facts = {} }: Pick<BijiaError, 'code' | 'facts'>): string | undefined {
  return SENTENCES[code]?.(facts);
}
