// Labels of the chat, by language. What the business says comes from the gateway.

const EN = {
  language: "en",
  chat: "Chat",
  messages: "Messages",
  open: "Open chat",
  close: "Close chat",
  send: "Send",
  retry: "Try again",
  write: "Write a message…",
  welcome: "Hello! What can we do for you?",
  typing: "An answer is being written",
  progress: {
    understanding: "Reading your message…",
    looking: "Looking in the guide…",
    again: "Taking a second look…",
  },
  from: "From: ",
  author: { customer: "You", bot: "Assistant", agent: "Team member" },
  status: {
    bot: "Replies at once",
    waiting: "Waiting for a team member",
    human: "A team member is here",
    closed: "Write to begin again",
  },
  divider: {
    bot: "The assistant is back",
    waiting: "A team member will answer here",
    human: "A team member has joined",
    closed: "Conversation closed",
  },
  state: {
    sending: "Sending…",
    waiting: "Waiting for the connection…",
    failed: "Not sent",
    too_large: "Too long to send",
  },
  problem: {
    offline: "No connection. We keep trying; nothing you write is lost.",
    unknown_tenant: "This chat is not set up: no such business.",
    token_invalid: "Your sign-in is not accepted here.",
    token_expired: "Your sign-in has expired. Please sign in again.",
    origin: "This page may not use the chat.",
    too_many_requests: "That was quick! One moment, please.",
  },
};

const ZH = {
  language: "zh",
  chat: "在线客服",
  messages: "消息",
  open: "打开客服",
  close: "关闭客服",
  send: "发送",
  retry: "重试",
  write: "请输入消息…",
  welcome: "您好！有什么可以帮您？",
  typing: "正在回复",
  progress: {
    understanding: "正在理解您的消息…",
    looking: "正在查阅指南…",
    again: "正在再次核对…",
  },
  from: "来源：",
  author: { customer: "您", bot: "智能客服", agent: "人工客服" },
  status: {
    bot: "即时回复",
    waiting: "正在等待人工客服",
    human: "人工客服为您服务",
    closed: "发消息即可重新开始",
  },
  divider: {
    bot: "智能客服继续为您服务",
    waiting: "人工客服稍后在此回复",
    human: "人工客服已加入",
    closed: "会话已结束",
  },
  state: {
    sending: "发送中…",
    waiting: "等待网络…",
    failed: "未发送",
    too_large: "内容过长，无法发送",
  },
  problem: {
    offline: "网络已断开，正在重连；您写的内容不会丢失。",
    unknown_tenant: "客服尚未开通：没有该商家。",
    token_invalid: "您的登录信息无效。",
    token_expired: "登录已过期，请重新登录。",
    origin: "此页面无权使用客服。",
    too_many_requests: "您发得太快了，请稍候。",
  },
};

/** Which articles an answer is from, by their titles; empty when it is from none. */
export function sourcesOf(entry, words) {
  const titles = (entry.titles || []).map((title) => title[words.language] || Object.values(title)[0]);
  const named = [...new Set(titles.filter(Boolean))].join(", ");
  return named ? words.from + named : "";
}

/** The labels for a language tag such as "zh-CN"; English for all but Chinese. */
export function wordsFor(tag) {
  return (tag || "").toLowerCase().startsWith("zh") ? ZH : EN;
}
