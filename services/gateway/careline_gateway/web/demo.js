// The demo page: ?tenant=shop&lang=zh chooses the business and the labels, #token=... signs a customer in.

const query = new URLSearchParams(location.search);
const language = (query.get("lang") || navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";

const WORDS = {
  en: {
    headline: "Ask anything about your order.",
    lead: "This is the web chat as a business embeds it: one script, one element. Every message goes through the running services and comes back on the event stream.",
    try: "Try",
    suggestions: ["How long does delivery take?", "How many points do I have?", "I want to cancel my order", "Can I talk to a person?"],
    signedIn: (name) => `Signed in as ${name}.`,
    anonymous: "You are an anonymous visitor. To sign in as a customer, open the page with ",
  },
  zh: {
    headline: "关于订单，尽管问。",
    lead: "这就是商家嵌入网页的在线客服：一个脚本，一个元素。每条消息都经过正在运行的各个服务，再从事件流返回。",
    try: "试一试",
    suggestions: ["多久能送到？", "我有多少积分？", "我想取消订单", "转人工客服"],
    signedIn: (name) => `已登录：${name}。`,
    anonymous: "您是匿名访客。以顾客身份登录，请这样打开页面：",
  },
};

const words = WORDS[language];
const chat = document.getElementById("chat");
document.documentElement.lang = language;
for (const id of ["headline", "lead", "try"]) document.getElementById(id).textContent = words[id];
for (const text of words.suggestions) {
  const button = document.createElement("button");
  button.className = "try";
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", () => chat.send(text));
  const item = document.createElement("li");
  item.append(button);
  document.getElementById("suggestions").append(item);
}

function sign() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  const who = document.getElementById("who");
  if (token) {
    chat.setAttribute("customer-token", token);
    who.textContent = words.signedIn(customer(token));
    return;
  }
  chat.removeAttribute("customer-token");
  const example = document.createElement("code");
  example.textContent = "#token=$(careline token --customer C-1001)";
  who.replaceChildren(words.anonymous, example);
}

function customer(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub;
  } catch {
    return "?";
  }
}

sign();
chat.setAttribute("lang", language);
chat.setAttribute("tenant", query.get("tenant") || "shop");
addEventListener("hashchange", sign);
