import type { Texts } from './texts.ts';

/** The page in Chinese. */
export const CHINESE: Texts = {
  channel: '公告频道',
  log: '消息',
  emptyTitle: '还没有消息',
  emptyHint: '你写下的话，所有在线的人都会看到。',
  text: '消息内容',
  placeholder: '输入消息…',
  send: '发送',
  name: '你的名字',
  someone: '用户',
  connect: '连接',
  disconnect: '断开',
  you: '我',
  outbox: '尚未发送',
  notSentYet: '等待发送',

  connecting: '正在连接…',
  connected: '已连接',
  waiting: (seconds) => `${seconds} 秒后重连…`,
  disconnected: '已断开',

  welcome: '你已连接公告频道',
  lineLost: '连接中断，稍后会自动恢复',
  lineBack: '已重新连接',
  leftByHand: '你断开了连接',
  sentAway: (reason) => `服务器结束了连接：${reason}`,
  missed: (count) => `此处缺少 ${count} 条消息`,
  begunAnew: '历史记录已重新开始，此前的消息可能没有收到',
  failed: (reason) => `服务器报告：${reason}`,
  refused: (reason) => `消息没有被接受：${reason}`,

  newMessages: (count) => `${count} 条新消息`,
  charactersLeft: (count) => `还可输入 ${count} 字`,
  charactersTooMany: (count) => `超出 ${count} 字`,
  sendsOnceConnected: '连接后会立即发送',
  notConnected: '尚未连接：没有发送，内容会留在这里',
};
