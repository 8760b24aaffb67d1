import { joinAny, WORDS } from '../../core/index.js';
import type { Texts } from './en.js';
import { db } from './zh-db.js';
import { doctor } from './zh-doctor.js';
import { jobs } from './zh-jobs.js';

const words = WORDS.zh;

/** What the command line says, in Chinese. */
export const zh: Texts = {
  help: {
    about: (marketplaces) => `查${marketplaces.join('、')}商品：价格、销量、库存、规格`,
    examples: '例子：',
    exitCodes: '退出码：',
    more: '详见：',
    language: '给人看的文字用哪种语言：zh 或 en',
    seeHelp: '（用法见 --help）',
    version: '显示版本',
  },
  exitCodes: {
    ok: '全部成功',
    notAllOk: '有的没找到或出错；任务已停止，可以继续',
    usage: '命令或配置有误，什么都没有发送',
    interrupted: '被中断',
  },
  sandbox: {
    begins: '沙箱：以下都是模拟数据。',
    unused: '没有使用你的凭据。',
    mark: '［模拟数据］',
    listing: '模拟数据。',
    serves: (origin) => `沙箱在 ${origin}：返回的都是模拟数据。按 Ctrl-C 结束。`,
    portTaken: (port) => `端口 ${port} 已被别的程序占用。换一个，或不写 --port，自动选空闲端口。`,
    portRefused: (port) => `当前用户不能使用端口 ${port}。换一个，或不写 --port，自动选空闲端口。`,
  },
  settings: {
    line: (file, line) => `${file} 第 ${line} 行：`,
    noEquals: (name) => `没有“=”，不起作用。${name ? `应写成 ${name}=值。` : ''}`,
    wideSign: (name) => `${name ?? '名称'} 后面是全角符号，不起作用。应写成 ${name ?? '名称'}=值。`,
    encoding: (file) => `${file} 不是 UTF-8、UTF-16 或 GBK，没有读取。请另存为 UTF-8。`,
    access: (file) => `无法读取 ${file}。请检查权限。`,
    ignoredProxy: (file, name) =>
      `${file}：${name} 写在文件里不起作用，以免别人的文件改走你的流量。请设为环境变量。`,
    ignoredAddress: (file, name) => `${file}：${name} 不起作用，因为要发往那里的凭据不在同一个文件里。`,
    unknown: (name, nearest, file) =>
      `${file ? `${file}：` : ''}没有设置项 ${name}。${nearest ? `是不是 ${nearest}？` : ''}`,
    advice: '改正或删除；.env.example 里有全部设置项。',
  },
  jobs,
  doctor,
  interrupted: '已中断。',
  output: {
    cannotWrite: (code) => `无法写出结果（${code}）。`,
  },
  card: {
    moreVariants: (count) => `… 还有 ${words.exact(count)} 个：加 --full`,
    upstreamSaid: (said, trace) =>
      [said && `数据源原话：“${said}”`, trace && `请求号 ${trace}`].filter(Boolean).join(' · '),
    billed: (count) => `计费 ${words.counts.calls(count)}。`,
  },
  platformNeeded: ({ id, platforms, names, command }) => {
    const [first, ...others] = platforms;
    const rest = others.length > 0 ? `（或 ${others.join('、')}）` : '';
    const what = others.length > 0 ? `可能是${joinAny(names, 'zh')}的编号` : '没有说明是哪个平台的编号';
    return `${id} ${what}。运行：bijia ${command} ${id} --platform ${first}${rest}`;
  },
  get: { nothingGiven: '没有给出内容。标准输入里每行放一个链接、分享文案或编号。' },
  resolve: {
    nothingGiven: '没有给出内容。例如：bijia resolve "https://…"',
    nothingRecognised: '无法识别',
    plainLines: (count) =>
      `${words.counts.lines(count)}按普通文字读取：既不是 JSON 字符串，也不是 {"text": …}。`,
  },
  listing: {
    summary: (count, total, shop) =>
      total === undefined
        ? `${shop}：${words.counts.products(count)}`
        : `${shop}：共 ${words.counts.products(total)}，这里是 ${words.exact(count)} 个`,
    unnamed: (id) => `店铺 ${id}`,
    withoutId: (count) => `；${words.counts.rows(count)}没有商品编号`,
    more: (cursor) => `还有更多：加 --cursor ${cursor}，或 --all`,
  },
  link: {
    nothing: '这段文字里没有商品链接。',
    stays: (link, why) => `没有替换：${link}\n  ${why}`,
    withoutSubId: (link) => `已替换，但没有带上你的标记（平台不接受）：${link}`,
    noFile: (path) => `没有文件 ${path}。请给出文件名、带链接的文字，或 -。`,
    tooLarge: '文件超过 1 MB。请给短一些的文字。',
  },
  search: {
    nothing: '没有搜到。换个关键词，或少写几个词。',
    unsearched: (why) => `有一个平台没有搜：${why}`,
    more: (cursor) => `下一页：--cursor ${cursor}`,
  },
  watch: {
    nothingGiven: '没有给出商品。试试：bijia watch "https://…" --below 5000',
    none: '还没有降价提醒。设一个：bijia watch "https://…" --below 5000',
    noIds: '要取消哪个提醒？给出编号，或用 --all。编号见 bijia watches。',
    idsOrAll: '给出编号或 --all，不能同时用。',
    unknown: (id) => `没有提醒 ${id}。编号见 bijia watches。`,
    watched: (count, due) => `共有 ${words.exact(count)} 个提醒，现在要查 ${words.exact(due)} 个商品。`,
    swept: ({ looks, calls, failed, alerts, isBehind }) =>
      `${looks === 0 && alerts.length > 0 ? `有 ${alerts.length} 条提醒，价格是别处查到的，这次没有另外查价。` : `查了 ${looks} 个商品，调用 ${calls} 次；失败 ${failed} 个；提醒 ${alerts.length} 条。`}${isBehind ? '其余留到下一轮。' : ''}`,
    waits: (time) => `提醒可用的额度已用完，${time}后继续。`,
    reported: (count, path) => `上次报告以来，${count} 个商品价格有变化：${path}`,
    looked: (time) => `上次查价：${time}。`,
    noRunner:
      '最近一天没有查过价。运行 bijia watch run --follow，或让 bijia telegram 一直运行；共用数据库时运行 bijia worker。',
    doubtful: (id, time, isLost) =>
      `${id}：${time} 的提醒${isLost ? '没有发出去' : '可能没有送达，不会重发'}。`,
    group: (title, more) => `${title}（等 ${more + 1} 个）`,
    atLine: (line, text) => `第 ${line} 行：${text}`,
    refused: (count) => `${count} 个没有设成。`,
    lost: (id, title) => `${id}：${title}三天没有查到价格，以后每天查一次。`,
    notLooked: '还没查',
    madeMany: (count, every) =>
      `已设 ${words.exact(count)} 个提醒；bijia watch run 约每 ${every}查一次价。用 bijia watches 查看。`,
    rule: (rule, { money, percent }) => {
      if (rule.kind === 'below') return `不高于 ${money(rule.fen)}`;
      if (rule.kind === 'low') return '90 天新低';
      if (rule.kind === 'stock') return '到货';
      return rule.share === undefined ? '降价 2% 以上' : `降价 ${percent(rule.share * 100)}`;
    },
    made: ({ id, title, more, price, rule, every, ...facts }) =>
      [
        `${id}  ${title}${more > 0 ? `（${more + 1} 个里最便宜的）` : ''}`,
        `  现价 ${price}；${rule}${/\d$/.test(rule) ? ' ' : ''}时提醒${facts.isReached ? '（现在已达到，回升后再降才提醒）' : ''}；bijia watch run 约每 ${every}查一次价`,
        ...(facts.isFarBelow ? ['  目标价不到现价的三成，写错了吗？重新设一次就能改。'] : []),
        ...(facts.paidDaily === undefined
          ? []
          : [`  每查一次价用一次付费查询；所有提醒一天最多 ${facts.paidDaily} 次。`]),
      ].join('\n'),
  },
  history: {
    nothingGiven: '没有给出商品。试试：bijia history "https://…"',
    compareNothing: '至少给出两个商品，例如：bijia compare "https://…" "https://…"',
  },
  db,
  worker: {
    none: '没有共享数据库，就没有可分担的任务：在一台机器上，bijia batch 自己完成任务。多台机器共用时设置 BIJIA_DATABASE_URL，见 docs/fleet.md。',
    unshared: '沙箱只属于自己的进程，不共享任务：去掉 BIJIA_SANDBOX，或直接用 bijia batch。',
    begins: '开始处理共享数据库里的任务和降价提醒。按 Ctrl-C 结束。',
    looked: ({ looks, failed, alerts }) =>
      looks === 0
        ? `有 ${alerts.length} 条降价提醒，价格是别处查到的，这次没有另外查价。`
        : `为降价提醒查了 ${looks} 个商品：${failed > 0 ? `失败 ${failed} 个，` : ''}提醒 ${alerts.length} 条。`,
    goesOn: '共享数据库恢复了，继续处理。',
    ends: '正在结束：先等已发出的查询完成。再按一次 Ctrl-C 立即结束。',
  },
  mcp: { first: 'mcp 要写在最前面，前面不能有 --lang：bijia mcp' },
  telegram: {
    begins: (username) => `@${username} 开始工作。按 Ctrl-C 结束。`,
    ended: '机器人已停止。',
  },
  login: {
    open: '用店主账号打开这个页面，同意授权：',
    paste: '然后粘贴浏览器跳转到的地址：',
    runAgain: (provider) => `然后运行：bijia login ${provider} --code "<浏览器跳转到的地址>"`,
    allowed: (days) => `已授权。令牌 ${words.counts.days(days)}内有效，使用期间会自动续期。`,
    unknown: (given, known) =>
      `“${given}”不需要授权。需要的是：${words.list(known.map((id) => `bijia login ${id}`))}。`,
    notConfigured: (provider, missing) => `${provider} 还没有配置。先设置 ${words.list(missing)}。`,
    confirm: '在平台的 App 里打开这个页面并确认：',
    pressEnter: '确认后按回车。',
    confirmed: '已授权。',
    notConfirmed: (provider) => `还没有授权。确认后再运行一次：bijia login ${provider}`,
    noCode: '这个地址里没有授权码。请粘贴跳转开始时的地址。',
    otherAttempt: '这个地址属于另一次授权。打开上面的链接，再试一次。',
  },
  setup: {
    found: '这台电脑上的 AI 助手：',
    noneFound: '没有找到支持的 AI 助手。支持的有：',
    window: '（在设置窗口里填写）',
    next: '接下来：bijia setup <名称> 显示要添加的内容；加 --write 直接写入。',
    unknown: (given, nearest, known) =>
      `没有“${given}”。${nearest ? `是不是 ${nearest}？` : ''}可以是：${words.list(known)}。`,
    pasteInto: (path) => `把下面的内容加到 ${path}，或加 --write 再运行一次：`,
    pasteInWindow: (name) => `在 ${name} 的设置里，MCP 服务器处填入：`,
    refused: (path) => `${path} 不是标准 JSON（有错误或注释），没有改动。请手动加入上面的内容。`,
    written: (path, copy) => `已写入 ${path}。${copy ? `原内容保存在 ${copy}。` : ''}`,
    upToDate: (path) => `${path} 里已经有 bijia，没有改动。`,
    restart: (name) => `重启 ${name}，然后问它商品的价格。`,
    noEnvFile: (path) => `没有文件 ${path}。请核对 --env-file。`,
    withoutEnvFile: '这个目录里没有 .env：服务没有凭据。请参照 .env.example 填好，用 --env-file 指定。',
  },
  demo: {
    overMcp: 'AI 助手通过真实的 MCP 客户端（stdio）调用 get_product：',
    nextSteps: `以上都是沙箱的模拟数据。接下来：
  npm start -- '<链接>'                          在沙箱里查任意链接
  BIJIA_SANDBOX=1 node dist/cli.js get '<链接>'  用命令查，效果相同
  node dist/cli.js --help                        全部命令
有了凭据后，把 .env.example 复制为 .env 并填好，去掉 BIJIA_SANDBOX：
  node dist/cli.js doctor                        看还缺什么
  node dist/cli.js get '<链接>'                  真实数据`,
  },
};
