"""Chinese words of customer care that mean the same.

The encoder does not know that they do, as it does for English. What only one business says belongs into its guide, as
another way to ask; here is what customers of any business say: how long, how much, that it is late, lost or broken.
"""

from __future__ import annotations

import re

from .script import simplified

# One group a line. A word belongs to one group only; of several that fit, the longest is taken.
_GROUPS = """
多久 多长 多长时间 多少时间 几天 多少天 几个工作日 多少个工作日 几个月 几年 多少年 什么时候 什么时间 何时 哪天 几时
怎么 怎样 如何 怎么样 咋 流程 步骤
多少钱 费用 收费 价格 价钱 要钱 几块钱 付多少 怎么收
为什么 为何 怎么回事 怎么会
运费 邮费 快递费 送货费 邮资 运送费 配送费 运输费
退货 退回 寄回 退掉 送回 退还 退换 退回去 寄回去 寄回来 退东西
退款 退费 退钱 还钱 返款 钱退 退到 退的钱
换货 调换 更换商品 换一个 换别的
过期 失效 作废 到期 清零 有效期 有效 失去效力
期限 时限 截止 最晚 最迟 最后期限 时间限制
来不及 太晚 晚了 错过
扣款 扣钱 划账 扣费 被扣 扣的钱
付款 支付 付钱 结账 付费 买单
分期 月供 按月
签收 妥投 送达 投递 送到
没收到 收不到 没拿到 没有收到 未收到 没到 还没到
丢失 丢了 不见了 弄丢 丢件 失踪 遗失 寄丢 没了 消失
损坏 坏了 碎了 破了 破损 裂了 摔坏 压坏 弄坏 摔碎 坏的 破的
取消 撤销 撤单 撤回 退订 反悔 不想要了
账户 账号 帐号 帐户
修改 更改 更换 更新 变更 更正 改成 换成
地址 住址 门牌号
包裹 快递 邮包 货物 宅配
配送 送货 派送 发货 运送 寄送 寄出 出货
优惠券 折价券 折价卷 代金券 优惠码 折扣码 打折码
打折 折扣 优惠 减价 便宜
积分 点数 红利点数
发票 收据 账单 小票 开票
会员 等级 级别
好处 福利 特权 权益 优势 待遇
客服 人工
邮箱 信箱 电子信箱 电子邮件 邮件地址 电邮
电话 手机号 电话号码 手机号码 热线
门店 实体店 线下店 店铺 商店 店里
营业 开门 关门 打烊 上班 下班
物流 跟踪 追踪 运单 单号
不更新 没更新 没有更新 不动 没变化 停滞 停住 卡住 没动静
加急 急件 特快 次日达 隔日达 最快 更快 快点
国外 海外 国际 跨境 其他国家
缺货 没货 售罄 断货 卖完 卖光 无货 没有库存
补货 到货 有货 上架 进货
定制 定做 订制 个性化
尺码 尺寸 大小 多大 规格
保修 质保 保固 维修 修理
清洁 清洗 怎么洗 打理 擦拭
删除 清除 抹掉 删掉 注销 销户 删号
数据 资料 信息 资讯
拒绝 被拒 不通过 失败 不成功 报错 出错 用不了
发错 寄错 送错 弄错 弄混 填错 写错
少了 缺了 漏发 少发 缺件 少寄 漏寄 没给全 不完整
瑕疵 缺陷 毛病 次品 不良品
补偿 赔偿 赔钱
自提 自取 取货 取件
登录 登陆 登入 进不去
"""

_MEANING = {word: group.split()[0] for group in _GROUPS.strip().splitlines() for word in group.split()}
_WORD = re.compile("|".join(sorted(map(re.escape, _MEANING), key=len, reverse=True)))


def meanings(text: str) -> list[str]:
    """A key for every word of the text that has synonyms, in order: the same for "邮费" and "运费"."""
    return [f"~{_MEANING[word]}" for word in _WORD.findall(simplified(text))]
