"""The units that figures of work reports have.

The patterns are for plain text (see ``report.plain``). What may not follow a unit stands
behind it, where the same character also begins another word: 12台, but not 2台阶.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MONEY = """
    元人民币 元 美元 欧元 日元 港元 港币 韩元 英镑 卢布
"""
_PHYSICAL = """
    亩 公顷 垧 平方公里 平方千米 平方米 平方 立方米 立方 方(?![面案法式针向便阵]) 平米 延米 吨标准煤
    吨标煤 吨 公斤 千克 毫克 微克 克(?![拉服]) 市斤 斤 担 公里 千米 厘米 毫米 微米 纳米 英里 海里
    英寸 米 千瓦时 千瓦 兆瓦时 兆瓦 吉瓦时 吉瓦 太瓦时 瓦时 瓦 千伏安 兆伏安 千伏 伏 度(?![假过])
    马力 千卡 大卡 焦耳 吉焦 摄氏度 赫兹 千赫 分贝 分(?![别布局公行类级红支之钟析成配]) 学分 km² km2
    km m² m2 m³ m3 m mm cm nm μm ㎡ ㎥ ㎞ hm² ha kg mg μg g t L mL kWh MWh GWh TWh kW MW GW TW kVA
    MVA kV V Mbps Gbps Kbps GB TB PB EB MB ℃ °C dB PFLOPS EFLOPS PFlops EFlops P Hz MHz GHz
"""
_TIME = """
    年(?![级代轮]) 周年 个年头 个月 月(?![龄均]) 天(?!然) 日(?![均游报]) 个工作日 工作日 个小时 小时
    个钟头 分钟 秒钟 毫秒 秒 个季度 个星期 个周 周(?![年边期末岁口]) 个学期 周岁 岁 月龄
"""
_THINGS = """
    人次 人口 人天 人日 人份 人年 人(?![制才民均力大物工员社居]) 名(?!工程) 位(?![数置于点]) 户次
    户(?![籍外长]) 家次 家(?![庭长园]) 个(?![体性]) 项次 项(?!目) 件次 件套 件 批次 批(?![准评])
    次(?![数级生元序]) 场次 场 届次 届(?!时) 轮次 轮 期(?![间末货望限刊工]) 班次 班(?![级车子]) 架次
    架 车次 列次 列 航次 趟次 趟 艘次 艘 台次 台套 台(?![阶账县山子]) 辆次 辆 标台 标箱 TEU 自然箱
    套(?![餐取路]) 卷 条次 条(?!例) 座(?!谈) 处(?![理置级于罚方]) 所(?![有得]) 间(?!接) 栋 幢
    层(?![次级面]) 床位 张床位 张床 床 席 课时 学时 例次 例(?!如) 起(?![来步底到草源飞点]) 宗次
    宗(?![教旨]) 笔(?![试记]) 单(?![位元项体独身]) 头(?!部) 只(?![有能要是]) 羽 株次 株(?!洲) 棵 尾
    匹 册次 册 本(?![级市省地土科月年]) 篇次 篇 份次 份 张(?!家) 枚 颗 粒 瓶 袋 箱次 箱(?!体) 桶 盆
    口(?![岸径粮]) 眼 对 支(?![持出付部撑行线]) 副 把 盏 根(?!据) 块(?!链) 幅 首(?!届)
    部(?![门分队委级署]) 门(?![槛诊]) 款(?!项) 大类 类 种(?![植业粮子]) 档 团(?!队) 队(?!伍)
    组(?![织长]) 顿 餐 片(?!区) 集(?![中群团聚]) 字(?!号) 省(?![道级委政]) 市(?![级委政民场长内])
    县(?![道级委政城域长]) 区(?![域级间委块段内]) 镇(?![长域级]) 乡(?![镇村长级]) 村(?![长民级])
    校次 店次 金(?=[0-9、，。]|$|佳绩) 银(?=[0-9、，。]|$|佳绩) 铜(?=[、，。好]|$|的好|佳绩)
"""
_RELATIVE = """
    个百分点 百分点 个千分点 个点(?!位) % ‰ ‱ 个位次 位次 倍(?!增) 番
    成(?![立为功长熟果效本品员就交都绩套人不])
"""
# Short numerals in words are part of set phrases, unless one of these follows.
_COUNTED_NAMES = """
    家 名 户 个 项 次 亩 吨 公里 倍 成 年 个月 天 件 篇 条 座 所 支 批 批次 轮 位 套 张 种 份 场 处
    起 间 栋 艘 辆 架 款 岁 人 人次 小时 个小时 分钟 周 个季度 个工作日 周年 公斤 斤 公顷 平方公里
    个百分点 百分点 台 台套 位次 个位次 番 月 日 个星期 组 场次 千瓦 千瓦时 千伏 千克 宗 笔 例 枚 册
"""


def _name(entry: str) -> str:
    """The unit of a lexicon's entry, without what may not follow it."""
    return entry.partition("(?")[0]


def _names(*lexicons: str) -> frozenset[str]:
    return frozenset(_name(entry) for lexicon in lexicons for entry in lexicon.split())


def _alternatives(entries: Iterable[str]) -> str:
    """A pattern of any of ``entries``, the longest unit first; Latin ones end their word."""
    in_order = sorted(entries, key=lambda entry: (-len(_name(entry)), entry))
    return "|".join(
        f"{entry}(?![A-Za-z])" if entry[-1].isascii() and entry[-1].isalpha() else entry
        for entry in in_order
    )


_ENTRIES = " ".join((_MONEY, _PHYSICAL, _TIME, _THINGS, _RELATIVE)).split()
_ANY = _alternatives(_ENTRIES)
_MONTHS = "个[多余]月"
_PER = rf"/(?:[十百千万亿]*+(?:{_ANY}))"
UNIT = re.compile(rf" ?(?:{_MONTHS}|(?:{_ANY})(?:\((?:{_ANY})\))?+(?:{_PER})?+)")
"""Any unit, without the magnitude in front of it."""
COUNTED = re.compile(
    rf"{_MONTHS}|"
    + _alternatives(entry for entry in _ENTRIES if _name(entry) in _names(_COUNTED_NAMES))
)
"""The units that a numeral from 两 to 十 has when it counts or measures."""

MEASURES = _names(_MONEY, _PHYSICAL)
"""Units of money and of physical quantities."""
DURATIONS = _names(_TIME)
"""Units of time."""


def base(unit: str) -> str:
    """The first of the units in ``unit``: 元 of 元/亩, 台 of 台(套)."""
    return re.split(r"[(/]", unit, maxsplit=1)[0]
