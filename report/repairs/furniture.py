"""What web sites put around a report: left out at both ends of the text, never inside.

Lines are looked at from each end inwards up to the first that reads like a report. Of
those passed, only the ones that are surely a site's go; a title, a letter, a signature
stay. A text that has nothing else keeps everything.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise

from report.enumeration import MarkLevel, mark_at
from report.repairs.edits import Edit, removals
from report.repairs.snippets import (
    is_cut_off,
    listed_from,
    opens_with_title,
    series_from,
    snippets_from,
)
from report.script import simplified_characters

MAX_LINES = 160
"""As deep into a text as furniture is looked for, in lines from each end."""
MAX_LINE = 400
"""A longer line is text; only its very ends may be a site's."""
_MAX_SHORT = 60
_MAX_HEAD_SHORTS = 8
_MAX_SANDWICHED = 3
_MAX_TERM = 200
_MAX_PLAIN = 120
_MAX_PASSED_PLAIN = 3
_MAX_PIECES = 40
_MAX_GROUP = 8
_MIN_REPORT = 40

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH |= dict.fromkeys(map(ord, "│┃丨∣"), ord("|"))
_HALF_WIDTH |= dict.fromkeys(map(ord, "﹥›»"), ord(">"))
_HALF_WIDTH |= dict.fromkeys(map(ord, "﹕∶︰"), ord(":"))
_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_BULLET = re.compile(r"(?:[-*·•●○■□◆◇▪>#\s]+(?=[^\s|-]))?(?:\(?\d{1,2}(?:[.)](?!\d)|、)\s*)?")

_HAN = "\u4e00-\u9fff"
_DATE = (
    r"(?:20|19)\d\d\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}日?(?:\s{0,2}\d{1,2}:\d\d(?::\d\d)?)?"
)
_NUMBER = r"[\d,*]{0,9}\s?(?:人?次)?"


def _spaced(labels: str) -> str:
    """``labels``, an alternation of words, each with room for blanks between its signs."""
    return "|".join(r"\s{0,3}".join(label) for label in labels.split("|"))


_OFFICIAL_LABELS = (
    "信息索引号|索引号|主题分类|信息分类|组配分类|体裁分类|公文种类|发文机关|发文机构|发文单位|发布机关|发布机构|制发机关|制发单位"
    "|公开主体|公开责任部门|公开目录|载体类型|发文字号|发文文号|效力状态|统一编号"
)
_DATE_LABELS = (
    "生成日期|成文日期|成文时间|制发日期|印发日期|发文日期|发文时间|公开日期|公开时间|发布日期|发布时间|生效日期|失效日期|废止日期"
    "|上传时间|上传日期|上架日期|上架时间|更新时间|更新日期|录入时间|添加时间|添加日期|发表时间|发表日期|入库时间"
)
_FAINT_OFFICIAL_LABELS = "文号|文种|主题词|关键词|有效期|内容概述|信息名称|文件名称|名称|标题|编号"
_PAGE_LABELS = (
    "上传人|上传者|上传用户|分享人|贡献者|文档编号|资源编号|资料编号|资料编码|资源编码|资源ID|文档ID|文档格式|文档大小|资源大小|文档类型"
    "|资源类型|文档页数|所需积分|下载积分|资料积分|所需金币|下载金币|文档分类|文档星级|责任编辑|责编|网站编辑|文档热度"
)
# A report, too, may say where its money is from; above its title it does not.
_SOURCE_LABELS = (
    "信息来源|文章来源|稿件来源|内容来源|来源|稿源|录入员|录入|终审|发布人|发布者|人气|文件编号|文件格式|资料格式|资源格式|文件大小|资料大小"
    "|文件类型|资料类型|所属分类|公开方式|公开范围|公开时限|公开形式|公开属性|有效性|时效性|是否有效|登记号|所属主题"
)
_FAINT_PAGE_LABELS = (
    "作者|编辑|审核|审核人|初审|复审|校对|供稿|撰稿|摄影|签发"
    "|联系电话|服务热线|客服电话|客服|电话|传真|邮编|邮政编码|电子邮箱|邮箱|微信|qq"
)
# A report may count, price and date as well.
_NEUTRAL_LABELS = (
    "格式|页数|大小|字数|类型|类别|分类|价格|售价|评分|星级|热度|时间|日期|点击|地址|标签"
)
_COUNTS = r"(?:浏览|阅读|点击|访问|查看|下载|收藏|评论|点赞|热度|人气)(?:次数|数量|量|数|率|人数)"
_VERBS = (
    "下载|收藏|分享|举报|预览|打印|关闭|登录|注册|充值|纠错|点击|加入|转发|认领|投诉|点赞|评论|提交|返回|购买|获取|展开|开通|反馈"
    "|复制|阅读|查看|打赏|投稿|搜索"
)
_WORDS = (
    rf"{_VERBS}|添加|我要|我的|立即|马上|免费|点此|此处|这里|继续|收起|收藏夹|链接|意见|好友|全文|全部|全屏|窗口|本页|本文档|本文"
    "|此页|此文|该文档|此文档|文档|资料|原文|文件|顶部|首页|列表|详情|更多|会员|vip|升级|加载|剩余|内容|发表|手机|在线|联系|帮助|本站"
    "|积分|上传|app|客户端|微信|后|即可|赚|请|可|余下|完整版|word版?|pdf版?|doc版?|页面|已有|账号|还没有|退出|专享|畅读|特权|优惠|套餐|用户|暂无|海量|权限"
)
_SHARES = "微信|微博|新浪微博|腾讯微博|qq空间|qq好友|qq|空间|朋友圈|人人网|豆瓣|钉钉|更多|一键"
_END = r"(?=[\s|·•【】\[\]()<>»,、;/。]|$)"


def _token(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(patterns)}){_END}", re.IGNORECASE)


_OF = r"\s{0,3}[:|]\s{0,3}"
_CELL = r"\s{0,3}[|\t]\s{0,3}[^|\t]{0,60}(?=[|\t]|$)"
# What a line of furniture is made of: what is known by itself, phrases of buttons, what is
# known beside others only, and what may stand among them.
_SURE = _token(
    r"第\s?\d{1,4}\s?页\s{0,3}[/,、]?\s{0,3}共\s?\d{1,4}\s?页",
    r"(?:当前|还?剩余?)\s?\d{1,4}\s?页(?:未读)?|(?:共|合计|总计|全文)\s?\d{1,4}\s?[页P]|0\s?/\s?\d{2,4}",
    rf"(?:{_spaced(_OFFICIAL_LABELS)})(?:{_CELL}|{_OF}[^\s|]{{0,60}})",
    rf"(?:{_spaced(_DATE_LABELS)})(?:{_OF}|\s{{1,3}})(?:{_DATE})?",
    r"索\s{0,3}引\s{0,3}号\s{1,3}[\w/-]{4,40}",
    rf"(?:{_PAGE_LABELS}){_OF}[^\s|。,;]{{0,30}}",
    r"(?:本文|文章|本页)已?被?(?:浏览|阅读|点击|访问)\s?[:(]?\s?\d{1,9}\s?次\)?",
    r"字[号体](?:大小)?\s?:?\s?[\[【(]?\s?(?:特大|超大)?\s?大\s{0,3}\|?\s{0,3}中\s{0,3}\|?\s{0,3}小\s?[\]】)]?",
    rf"分享(?:到|至)\s?:?(?:\s{{0,3}}(?:{_SHARES})){{0,9}}",
    r"(?:[^\s。,;>/]{0,8}位置\s?:?\s?)?(?:网站)?(?:首页|主页)(?:\s?(?:>|/|-|·)+\s?[^\s。,;>/]{1,30}){1,8}",
    r"[^\s。;]{2,60}_第\d{1,3}页|[^\s。;]{2,60}\.(?:docx?|pdf|wps|pptx?)\s?预览图?\d*",
    r"https?://\S{3,120}|www\.\S{3,80}",
    r"[^\s。,;]{0,8}ICP[备证][^\s。]{0,24}|[^\s。,;]{0,4}公网安备\s{0,3}\d*\s{0,3}号?|网站标识码\s?:?\s?\w{0,12}",
)
_PHRASE = _token(
    rf"(?:{_VERBS})(?:{_WORDS}){{1,6}}|(?:{_WORDS}){{1,5}}(?:{_VERBS})(?:{_WORDS}){{0,5}}"
)
# In an office one prints papers and reads comments too; nobody but a site says these.
_SITE_WORDS = re.compile(
    r"收藏夹|本页|[本该此]文档|此页|窗口|点击|立即|马上|全文|vip|分享|举报|免费|加载|顶部|收藏|纠错|展开|剩余|余下|评论|我要|继续"
    r"|首页|列表|好友|海量|下载(?:[本该此全文原后]|word|pdf)|文档下载|后查看|后下载|还没有",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:资源描述|文档(?:简介|介绍|描述|摘要|预览|内容)|内容(?:简介|介绍|提要)|资料简介|正文(?:预览|内容)?|全文预览)\s?:"
)
_FILE = _token(r"[^\s。,;:|]{2,60}\.(?:docx?|pdf|wps|pptx?)")
_BUTTONS = (
    rf"(?:{_VERBS}|赏|赞|踩|顶|相关|顶部|上一页|下一页|末页|尾页|手机版|电脑版|无障碍|网站地图"
    r"|联系我们|关于我们)(?:\(\w{0,6}\))?"
)
_BUTTON = _token(_BUTTONS)
_FAINT = _token(
    rf"\d{{1,6}}人(?:{_VERBS})",
    r"¥\s?\d+(?:\.\d+)?|验证码|匿名|游客|(?:全文)?完|没有了|免费|精品|关注|加关注",
    rf"(?:{_SHARES})",
    rf"(?:{_spaced(_FAINT_OFFICIAL_LABELS)})(?:{_CELL}|{_OF}[^\s|]{{0,60}})",
    rf"(?:{_FAINT_PAGE_LABELS}){_OF}(?:{_DATE}|[^\s|。,;]{{0,40}})",
    _BUTTONS,
    r"第\d{1,4}页|换一[批换]|更多",
)
_SOURCE = _token(rf"(?:{_spaced(_SOURCE_LABELS)})(?:{_CELL}|{_OF}(?:{_DATE}|[^\s|。,;]{{0,30}}))")
_NEUTRAL = _token(
    rf"{_COUNTS}\s{{0,3}}[:|(]\s{{0,3}}{_NUMBER}\)?",
    rf"(?:{_VERBS}|浏览|上传){_OF}(?:\[?共?\d{{1,6}}\]?\s?[次页人]|{_DATE})",
    rf"(?:{_NEUTRAL_LABELS}){_OF}(?:{_DATE}|[^\s|。,;]{{0,40}})",
    rf"{_DATE}|\d{{1,7}}|\d{{1,4}}\s?/\s?\d{{1,4}}|[A+-]{{1,2}}|[大中小]|字号",
    r"\d{1,4}\s?页|\d+℃|现行有效|有效|主动公开|\d+(?:\.\d+)?[KM]B?|DOCX?|PDF|WORD",
)
_SEPARATOR = re.compile(r"[\s|·•【】\[\]()<>»,、;/。_—~-]*")

_LIST_HEADER = re.compile(
    r"(?=.*\w)(?:【[^】]{2,40}】)?(?:(?:相关|相似|类似|同类|推荐|热门|最新|精选|精品)(?:资源|文档|文章|推荐|阅读|搜索|范文|资料|新闻|报道|稿件|链接|上传|更新|下载|标签|素材|作文)"
    r"|相关(?:信息|内容)|(?:为您|为你|编辑|本站|精品|猜你还?)(?:推荐|喜欢)|猜你感兴趣|(?:大家|网友|用户)?[还都]在[看搜](?:的(?:文档|文章))?|看了又看|延伸阅读|热搜词?"
    r"|换一[批换]|[\s/|>:&、·])+"
)
_LIST_LINE = re.compile(
    r"(?:热搜词?|热门标签|标签|相关搜索|热门搜索|关键词)\s?:.{0,120}", re.IGNORECASE
)
_TERMS_HEADER = re.compile(
    r"(?:友情|温馨|特别|重要|郑重|网站|版权|免责|文档|资源|资料|下载|使用|用户|本站|会员|隐私)+(?:提示|提醒|说明|声明|申明|须知|条款|协议|告知)\s?:?|[声申]明\s?:?"
)
_LABEL = re.compile(
    r"[\[【]?(?:(?:资源|文档|资料|内容|正文|全文|文件|文章|在线)(?:描述|简介|介绍|摘要|提要|预览|内容)|文档正文"
    r"|(?:正文|全文|详细内容|文章内容)(?=\W|$))[\]】]?\s?:?"
)
_EMPTY_LABEL = re.compile(
    rf"(?:{_spaced(f'{_OFFICIAL_LABELS}|{_DATE_LABELS}|{_SOURCE_LABELS}|文号|文种|主题词')})\s?:?",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"(?!附)[^。;]{2,80}\.(?:docx?|pdf|wps|pptx?|rtf|txt)(?:\s?[(_-].{0,12})?", re.IGNORECASE
)
_MARKED_LINE = re.compile(
    r"[上下]一?[篇条]\s?:.{0,80}"
    r"|.{0,8}(?:copyright|©|\(c\)\s?\d{4}|all rights? reserved).{0,160}"
    r"|(?:版权所有|著作权所有)\s?[:©|\s].{0,120}|[^。,]{0,30}(?:版权所有|保留(?:一切|所有)权利)[^。,;]{0,40}"
    r"|[^。;]{0,80}(?:ICP[备证]|公网安备|网站标识码|备案(?:序号|编?号)\s?:?\s?\w)[^。;]{0,80}"
    r"|(?:网络文化|增值电信|出版物|网络)?经营许可证编?号.{0,80}"
    r"|(?:主办|承办|版权|运维|维护)(?:单位)?\s?:[^。;]{0,60}(?:(?:技术支持|电话|热线|邮编|承办|维护|地址)(?:单位)?\s?:|标识码|备案)[^。;]{0,100}"
    r"|技术支持\s?:[^。,;为提供]{2,40}|(?:联系|单位)?地址\s?:[^。;]{2,60}(?:邮编|邮政编码|电话)\s?:?\s?\d[^。]{0,60}"
    r"|(?:您|你|现在|当前)(?:现在|当前)?的?(?:所在)?位置\s?:.{0,120}|导航\s?:[^。]{0,80}[/>][^。]{0,40}"
    r"|[^>。,;]{2,20}(?:\s?>+\s?[^>。;]{1,40}){2,8}"
    r"|附件下载\s?:?.{0,80}|原文(?:地址|链接|出处)\s?:.{0,160}|(?:欢迎|谢绝)?转载请.{0,60}"
    r"|(?:以上|上面|这)(?:就)?是[^。]{0,60}(?:小编|全部内容|的?相关内容|范文).{0,120}"
    r"|(?:想(?:了解|看|要))?更多[^。]{0,60}(?:请|敬请|欢迎|尽在)(?:继续)?(?:关注|访问|浏览|点击|查看|收藏|登录|进入|搜索|阅读|持续).{0,60}"
    r"|更多[^。,]{0,30}(?:范文|尽在)[^。]{0,30}"
    r"|(?:版权|免责|网站|郑重|特别)?(?:声明|申明|版权说明|免责条款)\s?:.{0,100}(?:侵权|本站|本文|平台|网络|网友|版权|转载|用户|立场|内容|资料).{0,240}"
    r"|(?:温馨|友情|特别|重要)提示\s?:.{4,300}",
    re.IGNORECASE,
)
# Certain only if nothing in them speaks of a report's work.
_WORDED_LINE = re.compile(
    r"扫(?:一扫|描|码).{0,12}(?:二维码|手机|打开|分享|关注|查看|浏览|阅读|页面).{0,20}"
    r"|(?:建议|推荐)?使用.{0,30}(?:分辨率|浏览器)[^。]{0,40}(?:浏览|访问|以上版本|最佳).{0,20}"
    r"|(?:本文|本篇|文章|本文档|以上内容)(?:由|来自|来源于?|源自|转自|摘自|选自|出自)\s?:?[^。]{0,80}。?"
    r"|[^。]{0,40}小编(?:为|给|今天|带来|整理|推荐|精心|就|在此|在这里|来|和大家|收集|搜集|:).{0,160}"
    r"|[^。,]{0,20}(?:范文网|公文网|作文网|文库网|文档网|文秘网|总结网|豆丁网|道客巴巴|原创力文档|百度文库|人人文库|第一文库)[^。]{0,40}"
    r"|希望(?:以上|本文|这[些篇]|上面)?.{0,30}对(?:大家|你|您|各位)[^。]{0,12}有所?帮助.{0,40}"
    r"|(?:下面|以下|接下来).{0,30}(?:一起|跟着|欢迎).{0,12}(?:看看|阅读|参考|查看|借鉴).{0,30}"
    r"|欢迎(?:大家|您|各位)?.{0,10}(?:阅读|借鉴|参考|下载).{0,30}|(?:仅供|供大家|供您|供你)[^。]{0,12}参考.{0,30}"
    r"|.{0,12}(?:word|docx?|文档)[^。]{0,12}(?:可|支持)(?:任意|自由|直接|放心|后)?(?:编辑|修改|复制).{0,16}"
    r"|(?:\d+(?:\.\d+)?\s?(?:积分|金币|个?文币|下载券)|¥\s?\d+)[^。]{0,12}(?:下载|购买|获取|阅读).{0,16}|\d+(?:\.\d+)?元下载.{0,8}"
    r"|(?:试读|预览)[^。]{0,20}(?:结束|完|范围|部分)[^。]{0,60}.{0,20}|亲,?[^。]{0,20}(?:文档|预览|下载).{0,60}"
    r"|.{0,30}(?:超出|超过)[^。]{0,10}预览.{0,60}|(?:还剩|剩余|余下)\s?\d+\s?页.{0,40}"
    r"|(?:点击|单击|长按)[^。,]{0,20}(?:下载|查看|展开|阅读|加载|更多|全文|原文|关注|二维码|进入).{0,30}"
    r"|(?:登录|注册|开通|购买|成为|升级)(?:vip|会员|账号|后)?[^。]{0,8}(?:后|即可|可|,|免费|畅)[^。]{0,10}(?:下载|阅读|全文|预览|海量|特权).{0,20}"
    r"|.{0,16}(?:需要?|扣除?|消耗|花费)\s?\d+\s?(?:积分|金币|文币|下载券)[^。]{0,40}"
    r"|(?:文档|内容|资料)(?:介绍|简介|说明|描述)\s?:.{0,20}(?:仅供|预览为准|本文档|本资料|本站).{0,80}",
    re.IGNORECASE,
)
# Terms of use: who speaks in them, what about, and what no such sentence but a report has.
_SITE_SPEAKS = re.compile(
    r"本(?:站|网站|平台|文?库|网)(?:所有|的?(?:资源|文档|资料|内容)|仅|不|提供|RAR|概|均|将|只)|本文档|本资料|版权(?:归|属于|争议|问题)"
    r"|侵权.{0,12}(?:联系|删除|举报|告知|来信)|(?:侵犯|损害).{0,6}(?:您|你|权益|版权)|侵权.{0,6}不适当|发现.{0,8}侵权"
    r"|由(?:用户|网友|会员).{0,6}(?:提供|发布|投稿|分享|自行)|网友.{0,4}(?:提供|上传|投稿|分享|发布)|上传者|上传(?:用户|人)(?:所有|自行|负责)"
    r"|转载请|免责|仅供.{0,4}(?:学习|参考|研究|个人|交流)|营利|盈利|商业用途|学习参考|权利人|擅自转|如果您|不视为"
    r"|未经.{0,12}(?:同意|许可|授权|允许).{0,30}(?:转载|复制|商业|传播|盈利|抓取|转卖)"
    r"|概不|不承担.{0,16}(?:责任|义务|损失)|不保证.{0,20}(?:完整|准确|真实|安全)|不承诺|(?:不予?|支持)退[还款换积]|资料库|缺页"
    r"|下载(?:后|前|本|该|此|失败).{0,16}(?:请|不|如|可编辑)"
)
_SITE_TOPIC = re.compile(
    r"文库|文档|下载|上传|用户|会员|侵权|著作权|版权|转载|预览|压缩|解压|附件|图纸|软件|积分|账号|资源|资料|网[站络页友]|浏览|登录"
    r"|管理员|客服|删除|盈利|营利|用途|参考|作者|出处|乱码|缺页|文件|内容|平台|赔偿|退还|收费|本站|本库|标题|清晰度?|访客|您|抓取|权利人"
)
_DEMANDS = re.compile(r"请|不|未|仅|如|若|概|勿|由|自|均|需|只|禁|侵权|归")
_REPORTS = re.compile(
    r"我(?:们要|(?:市|县|区|局|院|馆|校|镇|乡|街|公司|单位|中心|站|处|科|办|委|厅|省|部|所|行|会|队|园|社|村|集团))|[全各][市县区省局年镇乡站院校]"
    r"|今年|去年|明年|年度|同比|以来|\d\s?(?:%|亿|万|余?[件家起条项人户场次个种部期批册卷台套所间名])|加强|推进|推动|完善|开展|落实|建设|提升|强化|提高|力度|机制"
    r"|打击|查处|案件|执法|维权|存在|问题[:。]|宣传|群众|培训|工作人?员?[^总]|调研|检查|整改"
    r"|不[足够高多强全便畅快细实]|滞后|薄弱|困难|偏[低少小高慢]|缺乏|短板|难以|较[差少低慢]|仍[然有需]|有待|力争|确保|争取|将[进继逐全于]"
    r"|计划|完成|实现|新增|累计|共[计有]|达到?\d|全[面力]|已[建上完有实经]|做好|抓好|优化|扩大|丰富|打造|健全|组织|引导|试点|上线|推广|拓展|协调"
)
_SIGNATURE = re.compile(
    r"(?:二[〇○Oo零0]|20|19)\S{2,3}\s?年\s?\S{1,3}\s?月(?:\s?\S{1,3}\s?日)?"
    rf"|[{_HAN}·()\s]{{2,40}}(?:局|委|委员会|办公室|政府|厅|院|馆|中心|公司|站|处|科|所|部|会|校|学校|大学|学院|集团|车间|党委|支部)"
    r"|附[件表录注图].{0,60}|抄[送报].{0,60}|\(?(?:联系人|此件).{0,50}"
)
_SENTENCE_SIGN = re.compile(r"[。;!?]")
_PAGES_BEFORE_TITLE = re.compile(
    rf"\d{{1,3}}页(?=[{_HAN}\d]{{2,40}}(?:汇报|总结|报告|计划|材料|要点|打算|思路|安排)(?![{_HAN}]))"
)
_PIECE = re.compile(r"[^\s。!?]+[。!?]*")
_BLANKS = re.compile(r"[^\S\n\r]*(?:\s*[\n\r])?")
_HAN_SIGN = re.compile(rf"[{_HAN}]")


class _Kind(Enum):
    """What a line is, seen by itself."""

    SURE = auto()
    LIST = auto()  # titles of other documents follow
    TERMS = auto()  # terms of use follow
    FAINT = auto()  # a site's, if beside what is
    SOURCE = auto()  # a site's, if above the report
    NEUTRAL = auto()  # a number, a date
    TERM = auto()  # a site's, if below the name of terms of use
    CUT_OFF = auto()
    SHORT = auto()  # a title, a signature, a cell
    PLAIN = auto()  # a sentence that no report needs to have written
    TEXT = auto()


_NAMED = (
    (_LIST_HEADER, _Kind.LIST),
    (_TERMS_HEADER, _Kind.TERMS),
    (_LIST_LINE, _Kind.SURE),
    (_LABEL, _Kind.SURE),
    (_EMPTY_LABEL, _Kind.SURE),
    (_MARKED_LINE, _Kind.SURE),
)
_TOKENS = (
    (_LEAD, _Kind.SURE),
    (_SURE, _Kind.SURE),
    (_PHRASE, _Kind.SURE),
    (_SOURCE, _Kind.SOURCE),
    (_FAINT, _Kind.FAINT),
    (_NEUTRAL, _Kind.NEUTRAL),
)
_BY_STRENGTH = (_Kind.SOURCE, _Kind.FAINT, _Kind.NEUTRAL)
_OF_SITES = frozenset((_Kind.SURE, _Kind.LIST, _Kind.TERMS))
_PASSED_IN_HEAD = _OF_SITES | {_Kind.FAINT, _Kind.NEUTRAL}
_SPREAD_IN_HEAD = frozenset((_Kind.FAINT, _Kind.NEUTRAL))
_FILLED = frozenset((_Kind.SOURCE, _Kind.NEUTRAL, _Kind.SHORT, _Kind.TERM))
_OUTER_MARKS = frozenset(
    (MarkLevel.PART, MarkLevel.CHINESE, MarkLevel.CHINESE_BRACKETED, MarkLevel.ORDINAL_WORD)
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank: its place without blanks around it, and what it is."""

    start: int
    end: int
    raw: str
    kind: _Kind

    @property
    def content(self) -> str:
        """The line without its bullet or number."""
        return _without_bullet(self.raw)

    @property
    def may_go(self) -> bool:
        """Whether furniture around it makes it furniture."""
        return not _SIGNATURE.fullmatch(self.raw)


def furniture(text: str) -> Iterator[Edit]:
    """Leave out what a web site put around the report, and openings of other documents.

    Nothing is left out where no report would remain.
    """
    plain = simplified_characters(text).translate(_HALF_WIDTH)
    bounds = _line_bounds(plain)
    head = _head(plain, bounds)
    below = bisect_left(bounds, (head[-1][1], 0)) if head else 0
    above = _series_of_snippets(plain, bounds[below:])
    tail = [*_tail(plain, bounds[below : below + above]), *bounds[below + above :]]
    spans = list(_joined(plain, [*head, *tail]))
    edges = ((0, 0), *spans, (len(plain), len(plain)))
    kept = (plain[end:start] for (_, end), (start, _) in pairwise(edges))
    remains = sum(len(_HAN_SIGN.findall(piece)) for piece in kept)
    return removals(spans if remains >= _MIN_REPORT else ())


def _line_bounds(plain: str) -> list[tuple[int, int]]:
    """The lines of ``plain`` that are not blank, without the blanks around them."""
    bounds = []
    for match in _LINE.finditer(plain):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        if start < match.end():
            bounds.append((start, match.start() + len(line.rstrip())))
    return bounds


def _joined(plain: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """``spans`` with the blanks behind them, those as one that only blanks part.

    The indent of a line that stays is not left out.
    """
    runs: list[tuple[int, int]] = []
    for start, end in spans:
        touches = bool(runs) and not plain[runs[-1][1] : start].strip()
        runs.append((runs.pop()[0] if touches else start, end))
    for start, end in runs:
        blanks = _BLANKS.match(plain, end)
        yield start, blanks.end() if blanks else end


def _without_bullet(line: str) -> str:
    bullet = _BULLET.match(line)
    return line[bullet.end() :] if bullet else line


def _kind_of(line: str) -> _Kind:
    """What ``line`` of at most ``MAX_LINE`` signs is."""
    content = _without_bullet(line)
    for pattern, kind in _NAMED:
        if pattern.fullmatch(content):
            return kind
    found = _kind_of_tokens(content)
    if found is not None:
        return found
    worded = _WORDED_LINE.fullmatch(content) and not _REPORTS.search(content)
    if worded or _are_terms(content):
        return _Kind.SURE
    mark = mark_at(line)
    if mark and mark.level in _OUTER_MARKS:
        return _Kind.TEXT
    return _kind_of_words(line)


def _kind_of_words(line: str) -> _Kind:
    if _SIGNATURE.fullmatch(line):
        return _Kind.SHORT
    reports = _REPORTS.search(line) is not None
    if len(line) <= _MAX_TERM and _SITE_TOPIC.search(line) and not reports:
        return _Kind.TERM
    if is_cut_off(line):
        return _Kind.CUT_OFF
    if len(line) <= _MAX_SHORT and not _SENTENCE_SIGN.search(line):
        return _Kind.SHORT if len(line) < 25 or "," not in line else _Kind.TEXT
    return _Kind.TEXT if reports or len(line) > _MAX_PLAIN else _Kind.PLAIN


def _kind_of_tokens(content: str) -> _Kind | None:
    """What ``content`` is, if nothing but what furniture is made of."""
    kinds, end = _tokens(content, 0, len(content))
    if end < len(content) or not kinds:
        return None
    row_of_buttons = kinds.count(_Kind.FAINT) > 1 and _BUTTON.match(content) is not None
    if _Kind.SURE in kinds or row_of_buttons:
        return _Kind.SURE
    return min(kinds, key=_BY_STRENGTH.index)


def _tokens(plain: str, start: int, stop: int) -> tuple[list[_Kind], int]:
    """The kinds of the tokens from ``start`` on, and where they and what parts them end."""
    kinds: list[_Kind] = []
    while True:
        separator = _SEPARATOR.match(plain, start, stop)
        start = separator.end() if separator else start
        found = _token_at(plain, start, stop)
        if found is None:
            return kinds, start
        kind, start = found
        kinds.append(kind)
        separator = _SEPARATOR.match(plain, start, stop)
        file = _FILE.match(plain, separator.end() if separator else start, stop)
        start = file.end() if file else start


def _token_at(plain: str, start: int, stop: int) -> tuple[_Kind, int] | None:
    for pattern, kind in _TOKENS:
        match = pattern.match(plain, start, stop)
        if match and match.end() > start:
            is_site = pattern is not _PHRASE or _SITE_WORDS.search(match.group())
            return kind if is_site else _Kind.FAINT, match.end()
    return None


def _are_terms(content: str) -> bool:
    """Whether ``content`` is a sentence of a site's terms of use."""
    return (
        len(content) >= 8
        and _speaks_of_site(content)
        and _DEMANDS.search(content) is not None
        and _REPORTS.search(content) is None
    )


def _speaks_of_site(content: str) -> bool:
    speaker = _SITE_SPEAKS.search(content)
    return speaker is not None and len({speaker.group(), *_SITE_TOPIC.findall(content)}) > 1


def _classified(plain: str, bound: tuple[int, int]) -> _Line:
    start, end = bound
    raw = plain[start:end]
    return _Line(start, end, raw, _kind_of(raw) if len(raw) <= MAX_LINE else _Kind.TEXT)


def _head(plain: str, bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What goes of the lines above the report, and from the front of its first one."""
    lines, first = _head_lines(plain, bounds)
    gone = [line.kind in _OF_SITES for line in lines]
    _fill_values(lines, gone)
    _spread(lines, gone, _SPREAD_IN_HEAD)
    places = list(_places(lines, gone))
    if first is not None:
        end = _prefix_end(plain, first.start, min(first.end, first.start + MAX_LINE))
        if first.start < end < first.end:
            insort(places, (first.start, end))
    return places


def _head_lines(plain: str, bounds: Sequence[tuple[int, int]]) -> tuple[list[_Line], _Line | None]:
    """The lines in front of the report's text, and the first one that is no site's."""
    lines: list[_Line] = []
    first: _Line | None = None
    below_terms = False
    shorts = 0
    for bound in bounds[:MAX_LINES]:
        line = _classified(plain, bound)
        of_terms = below_terms and line.kind is _Kind.TERM
        if (
            of_terms
            or line.kind is _Kind.SOURCE
            or (len(line.raw) <= MAX_LINE and _FILE_NAME.fullmatch(line.content))
        ):
            line = replace(line, kind=_Kind.SURE)
        if line.kind not in _PASSED_IN_HEAD:
            first = first or line
            shorts += 1
            if shorts > _MAX_HEAD_SHORTS or not _may_precede(line):
                break
        below_terms = line.kind is _Kind.TERMS or (below_terms and line.kind is _Kind.SURE)
        lines.append(line)
    return lines, first


def _may_precede(line: _Line) -> bool:
    """Whether furniture may follow below ``line``: a title, or words of a page."""
    if line.kind not in (_Kind.SHORT, _Kind.TERM) or mark_at(line.raw):
        return False
    return len(line.raw) <= _MAX_SHORT and not _SENTENCE_SIGN.search(line.raw)


def _tail(plain: str, bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What goes of the lines below the report, and from the end of its last one."""
    lines: list[_Line] = []
    last: _Line | None = None
    plains = 0
    for bound in reversed(bounds[-MAX_LINES:]):
        line = _classified(plain, bound)
        plains += line.kind is _Kind.PLAIN
        if line.kind is _Kind.TEXT or plains > _MAX_PASSED_PLAIN:
            last = line
            break
        lines.append(line)
    lines.reverse()
    gone = _gone_below_headers(lines)
    _leave_out_other_documents(lines, gone)
    _spread(lines, gone, frozenset((_Kind.FAINT,)))
    _fill(lines, gone)
    if last is not None and all(gone):
        start = _suffix_start(plain, max(last.start, last.end - MAX_LINE), last.end)
        if last.start < start < last.end:
            yield start, last.end
    yield from _places(lines, gone)


def _series_of_snippets(plain: str, bounds: Sequence[tuple[int, int]]) -> int:
    """How many of the lines stand above a series of other documents' openings."""
    skipped = max(0, len(bounds) - MAX_LINES)
    return skipped + series_from([plain[start:end] for start, end in bounds[skipped:]])


def _places(lines: Sequence[_Line], gone: Sequence[bool]) -> Iterator[tuple[int, int]]:
    return ((line.start, line.end) for line, goes in zip(lines, gone, strict=True) if goes)


def _gone_below_headers(lines: Sequence[_Line]) -> list[bool]:
    """What is a site's, and what stands below the name of a list or of terms of use."""
    gone: list[bool] = []
    header: _Kind | None = None
    for line in lines:
        if line.kind in (_Kind.LIST, _Kind.TERMS):
            header = line.kind
        elif header is None and _are_terms(line.content):
            header = _Kind.TERMS
        listed = header is _Kind.LIST and line.may_go and line.kind is not _Kind.PLAIN
        term = header is _Kind.TERMS and line.kind is _Kind.TERM
        other = listed or term or opens_with_title(line.raw)
        gone.append(line.kind in _OF_SITES or other)
    return gone


def _leave_out_other_documents(lines: Sequence[_Line], gone: list[bool]) -> None:
    end = len(lines)
    while end and gone[end - 1]:
        end -= 1
    first = min(
        snippets_from([line.raw for line in lines[:end]], gone),
        listed_from([line.content for line in lines[:end]]),
    )
    gone[first:end] = [True] * (end - first)


def _spread(lines: Sequence[_Line], gone: list[bool], kinds: frozenset[_Kind]) -> None:
    """Lines of ``kinds`` go with a neighbour."""
    size = len(lines)
    for order in (range(size), reversed(range(size))):
        beside = False
        for index in order:
            spreads = lines[index].kind in kinds and lines[index].may_go
            gone[index] = beside = gone[index] or (beside and spreads)


def _fill(lines: Sequence[_Line], gone: list[bool]) -> None:
    """A few short lines go if there is furniture both above and below them."""
    above: int | None = None
    for index, goes in enumerate(list(gone)):
        if not goes:
            continue
        between = lines[above + 1 : index] if above is not None else ()
        if len(between) <= _MAX_SANDWICHED and all(
            line.kind in _FILLED and line.may_go for line in between
        ):
            gone[index - len(between) : index] = [True] * len(between)
        above = index


def _fill_values(lines: Sequence[_Line], gone: list[bool]) -> None:
    """A value on its own line goes, between its label and another one."""
    labels = [_EMPTY_LABEL.fullmatch(line.raw) is not None for line in lines]
    for index in range(1, len(lines)):
        closed = index + 1 < len(lines) and (labels[index + 1] or gone[index + 1])
        if labels[index - 1] and (closed or lines[index].kind is _Kind.NEUTRAL):
            gone[index - 1] = gone[index] = True


def _prefix_end(plain: str, start: int, stop: int) -> int:
    """Where the furniture ends that stands in front of the text on its line."""
    pages = _PAGES_BEFORE_TITLE.match(plain, start, stop)
    if pages:
        return pages.end()
    kinds, end = _tokens(plain, start, stop)
    sure = kinds.count(_Kind.SURE)
    return end if sure and (len(kinds) > 1 or not _PHRASE.match(plain, start, stop)) else start


def _suffix_start(plain: str, start: int, stop: int) -> int:
    """Where the furniture begins that stands behind the text on its line."""
    pieces = [match.start() for match in _PIECE.finditer(plain, start, stop)][-_MAX_PIECES:]
    begin, sure = stop, False
    while pieces:
        for size in range(1, min(_MAX_GROUP, len(pieces)) + 1):
            kind = _kind_of(plain[pieces[-size] : begin].strip())
            if kind in _OF_SITES or (kind is _Kind.FAINT and sure):
                begin, sure = pieces[-size], True
                del pieces[-size:]
                break
        else:
            break
    return begin
