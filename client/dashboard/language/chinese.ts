import type { Texts } from './texts.ts';

/** The dashboard in Chinese. */
export const CHINESE: Texts = {
  title: 'Belfry 控制台',
  heading: '控制台',
  signIn: '登录',
  key: 'API 密钥',
  keyHint: '运维人员的密钥，或带有 admin 声明的令牌。仅保存在此标签页中，关闭后即清除。',
  enter: '打开控制台',
  signOut: '退出',
  refusals: {
    api_disabled: '此服务器没有配置 API 密钥，无法查看。请用 npm run key 生成密钥，并在 API_KEYS_FILE 中指定密钥文件。',
    unauthorized: '此密钥无效或已过期。',
    forbidden: '此密钥仅限于部分频道。控制台需要运维人员的密钥。',
    not_found: '此连接已经断开。',
    unreachable: '无法连接到服务器。',
  },
  failed: (reason) => `服务器报告：${reason}`,

  states: { connecting: '正在连接…', connected: '实时', waiting: '正在重试…', disconnected: '未连接' },
  overview: '概览',
  totals: {
    connections: '连接数',
    messages: '每秒消息',
    deliveries: '每秒投递',
    sent: '每秒发送',
    subscriptions: '订阅数',
    lagging: '落后的订阅',
  },
  uptime: (seconds) => {
    if (seconds < 3_600) return `已运行 ${Math.floor(seconds / 60)} 分钟`;
    return seconds < 172_800
      ? `已运行 ${Math.floor(seconds / 3_600)} 小时`
      : `已运行 ${Math.floor(seconds / 86_400)} 天`;
  },
  nodeStates: { silent: '无响应', engineDown: '存储不可用', draining: '正在退出', up: '' },

  charts: '最近五分钟',
  chartTitles: {
    messages: '每秒消息',
    deliveries: '每秒投递',
    connections: '连接数',
    append: '写入耗时 p50 与 p99（毫秒）',
    delivery: '投递耗时 p50 与 p99（毫秒）',
    loopDelay: '事件循环延迟 p99（毫秒）',
  },

  slow: '慢客户端',
  nobodySlow: '没有客户端积压消息。',
  channels: '频道',
  nobodyHears: '没有人在任何频道中。',
  connectionsTitle: '连接',
  user: '用户 ID',
  search: '查找',
  found: (count, node, areMore) => `节点 ${node}：${areMore ? '前 ' : ''}${count} 个`,
  nobodyFound: '此节点上没有该用户的连接。',
  columns: {
    user: '用户',
    node: '节点',
    path: '路径',
    since: '连接时间',
    unsent: '未发送',
    channel: '频道',
    subscribers: '订阅者',
    messages: '消息/秒',
    channels: '频道数',
    action: '操作',
  },

  close: '断开',
  closeOf: (user) => `断开 ${user} 的连接`,
  closeTitle: (user) => `断开 ${user} 的连接？`,
  closeWords: '客户端会被告知已由管理员移出（4501），不会自动重连。',
  cancel: '取消',

  announce: '发布公告',
  announcement: '发送给公告频道中的所有人',
  post: '发布',
  posted: '已发布。',
};
