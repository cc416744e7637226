"""Words that say nothing about what a text is about."""

_ENGLISH = """
a about after again all also am an and any are as at be because been before being but by can could did do does
doing don done each either else ever for from get getting got had has have having he her here hers him his how
however i if in into is it its itself just let like me might more most much must my myself no nor not now of off
oh ok okay on once one only or other our ours out over own per please pls quite rather really s same shall she
should so some such t than thank thanks that the their theirs them then there these they this those though
through to too under until up upon us very was we were what whatever when where whether which while who whom
whose why will with within without would yes yet you your yours yourself hi hello hey dear ll ve re d m im ive
id dont doesnt didnt cant wont isnt arent wasnt couldnt wouldnt shouldnt hasnt havent thats whats
"""

_CHINESE = """
的 了 和 是 在 我 你 您 他 她 它 我们 你们 您们 他们 她们 它们 这 那 这个 那个 这些 那些 这里 那里 之 与
及 或 或者 以及 并 并且 而 而且 但 但是 不过 然而 因为 所以 如果 要是 那么 就 都 也 还 还是 又 再 很 非常
太 更 最 吗 呢 吧 不会 不要 不有 啊 呀 哦 嗯 哈 啦 嘛 么 什么 怎么 怎样 如何 为什么 哪 哪里 哪个 哪些 谁 几 多少 请 请问
麻烦 谢谢 你好 您好 一下 一个 一些 有 没有 没 不 不是 不能 会 能 可以 要 想 想要 需要 应该 把 被 给 对
对于 关于 从 到 向 往 于 以 为 为了 由 由于 用 让 使 得 地 着 过 上 下 中 里 外 时 时候 当 才 只 只有
只是 已经 已 正在 曾经 自己 大家 等 等等 其 其他 其中 每 各 某 该 此 本 所 是否 能否 可 可否 好 好的 行
知道 告诉 帮 帮忙 帮我 我要 我想 就是 还有 然后 现在 个 件 条 次 种
"""

ENGLISH = frozenset(_ENGLISH.split())
CHINESE = frozenset(_CHINESE.split())
