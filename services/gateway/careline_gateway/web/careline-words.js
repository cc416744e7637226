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
  who: {
    title: "Prove who you are",
    leave: "Close",
    name: "Your e-mail or customer number",
    by: "Send the code by",
    ways: { email: "e-mail", sms: "text message" },
    code: "Code",
    hint: {
      name: () => "We send a code to the address that we have of you.",
      code: (way) => (way ? `If we know you by that, a code is on its way to you by ${way}.` : "Type the code that you were sent."),
      done: () => "Thank you, now we know that it is you.",
    },
    go: { name: "Send me a code", code: "Confirm", done: "Send my request again" },
    other: { name: "I have a code", code: "Send a new code" },
    left: (clock) => `good for ${clock}`,
    nameMissing: "Type your e-mail or customer number first.",
    codeShort: "The code has 6 digits.",
    wrong: (tries) => `That is not the code. ${tries === 1 ? "1 try" : `${tries} tries`} left.`,
    usedUp: "This code is not good any more. Have a new one sent to you.",
    expired: "The code has expired. Have a new one sent to you.",
    tooMany: (minutes) => `Too many codes. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    notSent: "No codes can be sent just now. Try again in a minute, or ask for a person.",
    trouble: "That did not work. Check the connection and try again.",
  },
  consent: {
    title: "Use of this chat",
    yes: "Yes, you may",
    no: "No",
    change: "Change",
    given: "You allow us to learn from this chat.",
    refused: "We do not learn from this chat.",
    trouble: "Your answer could not be kept. Please try again.",
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
  who: {
    title: "验证身份",
    leave: "关闭",
    name: "您的邮箱或客户编号",
    by: "验证码发送方式",
    ways: { email: "邮件", sms: "短信" },
    code: "验证码",
    hint: {
      name: () => "我们会把验证码发送到您预留的地址。",
      code: (way) => (way ? `如果我们有您的记录，验证码正通过${way}发送给您。` : "请输入您收到的验证码。"),
      done: () => "谢谢，已确认是您本人。",
    },
    go: { name: "发送验证码", code: "确认", done: "重新发送我的请求" },
    other: { name: "我已有验证码", code: "重新发送验证码" },
    left: (clock) => `有效时间 ${clock}`,
    nameMissing: "请先输入邮箱或客户编号。",
    codeShort: "验证码为 6 位数字。",
    wrong: (tries) => `验证码不正确，还可以尝试 ${tries} 次。`,
    usedUp: "此验证码已失效，请重新获取。",
    expired: "验证码已过期，请重新获取。",
    tooMany: (minutes) => `获取次数过多，请在 ${minutes} 分钟后再试。`,
    notSent: "目前无法发送验证码，请稍后再试，或转人工客服。",
    trouble: "操作未成功，请检查网络后重试。",
  },
  consent: {
    title: "对话的使用",
    yes: "同意",
    no: "不同意",
    change: "更改",
    given: "您同意我们用此对话改进服务。",
    refused: "我们不会用此对话改进服务。",
    trouble: "未能保存您的选择，请重试。",
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
