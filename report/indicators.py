"""What a figure measures: the noun phrase before its number, or behind its unit.

There is no grammar here, only lists: verbs and adverbs are taken off the ends of the
words around the number, and what stays is the phrase. It may be nothing. All spans are of
plain text (see ``report.plain``).
"""

from __future__ import annotations

import re

from report.domain import Span
from report.numerals import CHINESE

# Verbs, wherever they stand: the phrase begins behind them.
_VERBS = """
    实现 完成(?![率额量情]) 达成 新增(?!就业|贷款|里程|产能|长) 净增(?!长) 新建 新修 新改建 改造提升
    提升改造 建成(?!区) 培育 引进 引育 引入 认定(?!率) 获批 获评 获得 荣获 斩获 入选 创建 创成 打造
    推动 推进 推广 带动 拉动 撬动 促进 组织 举办 承办 召开 成立 设立 组建 建立 搭建 出台 制定 制订
    印发 发布 签约(?![项额]) 签订 签署 招引 实施 启动 开工(?![项率]) 竣工(?![项率]) 投用 发放 兑现
    拨付 下达 争取 争创 落实(?!率) 办理(?!时) 办结(?!率) 受理(?!量) 查处 查办 侦破 破获 立案 抓获
    排查 化解(?!率) 清理 清退 拆除 盘活 修复 修建 改建 扩建 安置 资助 救助 帮扶 帮助 惠及 引导 支持
    扶持 选派 派出 选聘 招聘 招收 招录 流转(?!率) 吸引 吸纳 接待 接收 输送 开通 开行 开设 增设
    通车(?!里程) 收获 栽植 追回 追缴 收缴 挽回 减免 节约 节省 取消 精简 下放 承接 申报 推荐 评选
    评定 选树 督办 纠正 问责 移送 约谈 采集 归集 整理归档 减轻 发现 解决 编制 修订 审议 审结 执结
    配备 配置 购置 拥有 具有 存在 涉及 包括 涵盖 来自 列入 纳入 确保 力争 预计 安排 筹集 筹措 争得
    打通 抓(?![好手住实紧]) 新签(?!约) 攻克 突破 免去 做到 开展 培养 聘请 通报 赋予 命名 增至 升至
    降至 增加到 提高到 提升到 提升至 下降到 下降至 上升到 压缩到 压缩至 缩短到 缩短至 扩大到 扩大至
    增长到 调整为 控制在
"""
# Verbs that are parts of nouns as well: only at the beginning of the words.
_LEADING_VERBS = """
    建设 改造 整治 提升 完善 健全 谋划 深化 培训 认证 攻关 优化 生产 推出 改扩建 投入 减少 降低
    增加(?!值) 提高 扩大 创新 申请 储备 利用(?!外资|率) 通过 依托 围绕 聚焦 针对 根据 按照 加大 加强
    强化 抓好 做好 做大 做强 处置 清淤 治理 监测 检查 抽检 走访 调解 处理 种植 出栏 转移 转化(?!率)
    投放 投运 投产 更新 补充 解放 消除 拓宽 疏浚 加固 硬化 播种 栽种 表彰 慰问 救治 覆盖(?![率面])
    办成 夺得 征收 清运 查验 抚育 夺取 拍摄 赔付 责令
"""
# Adverbs, prepositions and conjunctions at the beginning of the words.
_LEADING = """
    累计 全年 去年 今年 明年 本年 当年 上年 年内 目前 截至目前 截至 截止 预期 其中 共(?![同享建])
    总共 一共 已 已经 现(?!代|有|场) 再(?!生) 还 并(?!购|网) 也 又 且 但 而 仅 只有
    有(?![效色机限线轨]) 是 为 对(?!外) 向 在(?![建校岗编职]) 把 将 由 从(?!业) 使(?!用) 让 给 与
    和(?!谐) 及 以及 或 、 的 了 等(?!级) 以(?![上下]) 每年 年均 平均 近年来 一年来 上半年 下半年
    全力 大力 持续 积极 加快 深入 扎实 稳步 全面 进一步 先后 分别 成功 有效(?!发明|专利) 切实 继续
    主动 顺利 坚持 着力 努力 左右 以上 以下 以内 大关 台阶 期间 以来 要 拟
    新(?=培|认|签|设|开|建|引|改|创) 多(?=家|个|项) 我们 先行 主要(?!污染|经济|指标|农) 全市上下
    各级 各地 各部门 同时 此外 另外 预计 计划 只要 就可以 可以 最终 首次 每(?!天|日) 各(?!类|级|种)
"""
# What compares a number with others or says how far it reaches.
_LEVELS = """
    增长 增加 增多 提高 提升 上升 上涨 下降 减少 降低 回落 压减 压缩 缩短 下跌 跌 降 升 增 翻 扩大
    缩小 收窄 前移 前进 跃升 攀升 改善 高于 低于 高出 高 低 快于 快 优于 同比 环比 同口径 可比口径
    按可比价 按可比价计算 按可比价格计算 累计 合计 总计 共计 总共 (?<!公)共 总 已 已经 均 分别 各 约
    近 超 超过 突破 达 达到 到 至 (?<!行)为 是 (?<![所国私拥])有 了 的 (?<![存现])在 由 从 可达
    不低于 不少于 不足 不到 不及 不超过 力争 预计 保持 稳定 控制 维持 过 逾 仅 只 只要 只有 也 就 再
    又 还 将 平均 年均 实际 继续 连续 首次 再次 跨越 跨上 迈上 迈过 站上 跃上 高达 多达 约为 大约
    接近 以 按 于 位居 居 列 排 名列 位列 排在 稳居 跃居 跃至 蝉联 并列 进入 前 (?<![占之])比 较 占
    递增 拟 以上 以下 (?<![高初])中 、 和 及 (?<!参)与 以及 等 幅度 预期 目标 全部 大关 以来 内 里
    每年 每 全市 全省 全国 全区 全县 全州 全球 世界 我市 我省 我区 我县 西部 中部 东部 同类城市 必须
    应该 应当 也就 每天 每月 每日 人均(?=$) 上半年 下半年 全年 本季度 本季 本月 本年 当年 今年 去年
"""
# What ends the noun phrase behind a unit.
_ENDING = """
    在 对 被 将 获 均 全部 已 是 为 与 和 及 并(?!网|购) 由 向 从(?!业) 可(?=以) 能(?=够) 分别 达 占
    较 累计 同比 环比 进行 得到 参加 参与 上市 上榜 参展 参会 任职 挂职 驻点 到(?!位) 左右
    (?<!规模)(?<!限额)以上 以下 以内 的 等(?!级) 使(?!用) 让 就(?!业|医) 都(?!市) 也 还 完工 增长
    提高 下降 增加 减少 升级 晋级 入库 入围 相继 先后 顺利 正式 成功 加快 其中 建设 落户 落地 投产
    投运 开诊 运营 开业 达产 提质 参保 返岗 受益 脱贫 实行 用于 以来 中有 有(?![效色机限线轨])
"""
_TIME = (
    rf"(?:到|至|连续|近|过去|未来|今后)?(?:[0-9]++|{CHINESE})(?:[-—至到]{{1,2}}(?:[0-9]++|{CHINESE}))?[多余]?"
    "(?:年|个?月|日|号|天|个?季度)(?:度|底|末|初|来|间|内|前|份|全年|[上下]半年|以来)*+"
)
_COMPARED = (
    "[较比][^，。]{1,12}?(?=(?:增长|增加|提高|提升|上升|下降|减少|降低|递增)[近约超了]?$)"
    "|[较比](?:上年|去年|前年|上月|年初|同期|过去|历史|计划|目标|原来|之前|以往)(?:同期|底|末|全年)?"
)
_MARK = r"[0-9]{1,2}[.、)]|[一二三四五六七八九十]{1,3}[是要、]|[^\w“‘《「]"
# (?!…), (?<=…) and the like, which do not count in the length of a word.
_CONDITION = re.compile(r"\(\?<?[=!][^)]*\)")


def _any(*lexicons: str) -> str:
    """A pattern of any of the words in ``lexicons``, the longest first."""
    words = {word for lexicon in lexicons for word in lexicon.split()}
    return "|".join(sorted(words, key=lambda word: (-len(_CONDITION.sub("", word)), word)))


_VERB = re.compile(_any(_VERBS))
_LEAD = re.compile(rf"(?:{_MARK}|{_TIME}|{_any(_LEADING, _LEADING_VERBS)})++")
_TAIL = re.compile(rf"(?:{_COMPARED}|{_TIME}|{_any(_LEVELS, _VERBS)}|[^\w“”‘’《》「」%])++$")
_ONLY_LEVELS = re.compile(rf"(?:{_COMPARED}|{_TIME}|{_any(_LEVELS)}|占|\W)*+")
_ENDS_IN_VERB = re.compile(rf"(?:{_any(_VERBS, _LEADING_VERBS)})了?$")
_BEHIND = re.compile(
    r"(?:以上|以下|左右|以内)?的?"
    rf"(?P<noun>(?:(?!{_any(_VERBS, _ENDING)})[\w“”‘’&·-]){{2,20}}|[村镇乡县市区省国])"
)
_PLACED = re.compile("(?:位列|位居|名列|排名|排在|稳居|跃居|跃升|居|列|排)[^，。]{0,12}$")
_WITHIN = re.compile(r"(?<=\w\w)在\w{2,16}[中里][从由]?$")
_SEPARATOR = re.compile("、|和|以及|及|与")
# What names nothing that could be measured.
_EMPTY = re.compile(
    r"(?:[全本我各][国省市区县州旗镇乡球]|国家|[省市区县州国其因]|我们|全年|工作|活动|任务|情况|总[数量]?|[\W\d_])*+"
)


def phrase_before(text: str, start: int, end: int, *, ranked: bool = False) -> Span | None:
    """The noun phrase in ``text[start:end]``, which ends where a number begins.

    With ``ranked`` the words end in a place (居全省) that is no part of the phrase.
    """
    words = text[start:end]
    if ranked:
        words = _WITHIN.sub("", _PLACED.sub("", words))
    words = _TAIL.sub("", words)
    begin = _after_verbs(words)
    for mark in ("的", "、"):
        cut = words.rfind(mark, begin) + 1
        if cut and len(words) - cut >= 2 and not _in_quotation(words, cut):
            begin = cut
    return _phrase(text, start + begin, start + len(words)) if len(words) - begin > 1 else None


def phrases_shared(text: str, start: int, end: int) -> list[Span]:
    """The noun phrases in ``text[start:end]`` before 分别, each with a figure of its own."""
    words = _TAIL.sub("", text[start:end].partition("分别")[0])
    begin = _after_verbs(words)
    found: list[Span | None] = []
    for separator in _SEPARATOR.finditer(words, begin):
        found.append(_phrase(text, start + begin, start + separator.start()))
        begin = separator.end()
    found.append(_phrase(text, start + begin, start + len(words)))
    return [phrase for phrase in found if phrase]


def phrase_behind(text: str, start: int, end: int) -> Span | None:
    """The noun phrase that begins at ``start``, behind a unit, and ends by ``end``."""
    found = _BEHIND.match(text, start, end)
    return _phrase(text, found.start("noun"), found.end("noun")) if found else None


def only_levels(words: str) -> bool:
    """Whether ``words`` only compare or say how far: 同比增长, 达到, 较上年提高."""
    return _ONLY_LEVELS.fullmatch(words) is not None


def ends_in_verb(words: str) -> bool:
    """Whether ``words`` end in what is done to the things that the number counts."""
    return _ENDS_IN_VERB.search(words) is not None


def _after_verbs(words: str) -> int:
    """Where the noun phrase at the end of ``words`` begins."""
    begin = 0
    for verb in _VERB.finditer(words):
        if len(words) - verb.end() >= 2:
            begin = verb.end()
    lead = _LEAD.match(words, begin)
    return lead.end() if lead and len(words) - lead.end() >= 2 else begin


def _in_quotation(words: str, position: int) -> bool:
    return words.count("“", 0, position) > words.count("”", 0, position)


def _phrase(text: str, start: int, end: int) -> Span | None:
    words = text[start:end]
    if not words or _EMPTY.fullmatch(words) or _LEAD.fullmatch(words):
        return None
    return Span(start, end)
