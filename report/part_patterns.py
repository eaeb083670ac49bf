"""What the titles, openings and endings of reports look like, as regular expressions."""

from __future__ import annotations

import re

# Numbers and dates.
_NUMERAL = r"[一二三四五六七八九十0-9０-９]{1,2}"
_YEAR = r"(?:(?:19|20|XX|xx|\*\*)(?:\d{2}|[xX*]{2})?|[一二][九零〇○][〇○零一二三四五六七八九]{2})年"
_DATE = (
    r"(?:(?:(?:\d{4}|[一二][九零〇○]..)年)?[\d一二三四五六七八九十元腊正]{1,3}月"
    r"(?:[\d一二三四五六七八九十廿初]{1,3}日?)?[晚夜]?|\d{4}[-./]\d{1,2}[-./]\d{1,2})"
)
_DAY = (
    r"(?:[\d一二三四五六七八九十元腊正]{1,3}月[\d一二三四五六七八九十廿初]{1,3}日?[晚夜]?"
    r"|\d{4}[-./]\d{1,2}[-./]\d{1,2})"
)
# Reports put together are numbered: 工作总结(二) and 工作总结 篇二; 篇二：, 【范文二】 and 第二篇.
_NUMBER_BEHIND = (
    rf"(?:[（(〔]{_NUMERAL}[）)〕]|(?:之|篇|范文|模板)\s?{_NUMERAL}"
    r"|(?<![年月日、第])[1-9一二三四五六七八九十])"
)
_NUMBER_IN_FRONT = (
    rf"[【\[（(]?(?:(?:范文|篇)\s?{_NUMERAL}|第{_NUMERAL}篇)[】\]）)]?\s?[:：、.]?\s?"
)
CUT_NUMBER = re.compile(rf"[（(〔]{_NUMERAL}[）)〕]")
"""The number of 工作总结(二) where it looks like the mark of a list item."""
NUMBERED = re.compile(rf"{_NUMBER_IN_FRONT}.{{0,40}}|.*{_NUMBER_BEHIND}")
"""A title with a number in front or behind."""
SERIES = re.compile(
    rf"\W?(?:范文|篇|第)\s?(?P<front>{_NUMERAL})(?:\D.{{0,50}})?"
    rf"|(?P<name>.{{2,80}}?)\W?(?P<behind>{_NUMERAL})\W?"
)
"""Such a title: its number, and its name if the number stands behind."""

# Titles that are lines of their own.
_KIND = (
    r"(?:总结|报告|汇报|小结|月报|周报|季报|简报|专报|通报|复盘|述职|述廉)"
    r"(?:提纲|材料|范文|发言)?"
)
# What a heading inside a report may be called as well.
_WEAK_KIND = r"(?:回顾|情况|要点|思路|计划|打算|安排|分析|讲话|发言|纪实|展望|总结会)"
_PLAN_HALF = (
    r"(?:(?:[及和与暨、]|以及)[^。，；：！？!?]{0,16}?"
    r"(?:计划|打算|安排|思路|要点|部署|展望|谋划|重点|规划|建议))?"
)
_BEHIND_KIND = (
    rf"(?:\s?{_NUMBER_BEHIND}|\s?[（(〔【][^（）()]{{1,20}}[）)〕】]|\.docx?|\.pdf){{0,2}}"
)
# 形成调研报告 tells of a report, it is no title of one.
_NO_VERB = (
    r"(?!完成|形成|撰写|编制|提交|发布|做好|听取|审议|印发|报送|起草|出具|开展|推进|加强|建立"
    r"|落实|上报|通过|组织|参与|召开|举办|以上|详见|附)"
)
_LINE_HEAD = rf"{_NO_VERB}(?P<head>[^。，；：！？,;!?:、\n]{{0,50}}?)"
TITLE = re.compile(rf"{_LINE_HEAD}{_KIND}{_PLAN_HALF}{_BEHIND_KIND}")
WEAK_TITLE = re.compile(rf"{_LINE_HEAD}{_WEAK_KIND}{_PLAN_HALF}{_BEHIND_KIND}")
"""A title that a heading inside a report may have as well."""
NUMBERED_TITLE = re.compile(rf"{_NUMBER_IN_FRONT}(?P<head>\S.{{1,40}})")
"""Any line behind such a number."""
BARE_NUMBER = re.compile(rf"[【\[（(]?(?:范文|篇)\s?{_NUMERAL}\s?[】\]）)]?[:：]?(?P<head>)")
"""Such a number alone on its line."""

# Titles that their report follows on the same line, and what it may begin with.
_SHORT_KIND = r"(?:总结|报告|汇报|小结)"
_INLINE = rf"(?P<head>[^。！？；\n]{{0,60}}?){_SHORT_KIND}{_PLAN_HALF}(?:{_NUMBER_BEHIND})?"
INLINE_TITLE = re.compile(
    rf"{_INLINE}(?=\s?(?:{_YEAR}|今年|一年来|过去|各位|同志们|尊敬|近年|本学期|为|在|报[送：:]"
    r"|[^。，；：]{2,14}[：:]|[我本全]|\d{1,2}月|[一二三四]季度|一、|[（(]\s?[供报征]"
    rf"|[（(].{{0,20}}{_DATE}|——)|\s)"
)
REPEATED_TITLE = re.compile(_INLINE.replace("{0,60}", "{4,60}"))
"""Such a title, whatever follows."""
ENDS_AS_TITLE = re.compile(rf"{_SHORT_KIND}$")
DOUBLED = re.compile(r"\A(.{4,40})(?=\1)")
"""The first of two equal halves that a title stands in."""

# Openings: what stands between the title and the text, and the first sentences.
VENUE = re.compile(
    rf"[（(—\-].{{0,50}}会议?上?.{{0,8}}[）)]?|——.{{4,50}}上|[（(].{{0,20}}{_DATE}.{{0,10}}[）)]"
)
"""Where the report was given: （2023年1月5日在…会议上）, ——在…大会上."""
SALUTATION = re.compile(
    r"(?:尊敬的|亲爱的)?"
    r"(?:各位(?!代表[！!])|同志们|主任|全体|代表们|大家好|女士们|老师们|领导|董事|主席)"
    r"[^。！!；;]{0,40}[：:]|各位代表[：:！!，,]|尊敬的[^。；]{1,30}[：:]"
)
ADDRESSEE = re.compile(r"[^。，；！？]{2,40}(?:[府委局办厅部院会组处司队室]|单位|领导|同志)[：:]")
REPRESENTING = re.compile(
    r"我(?:谨|现在|受)?.{0,4}(?:代表|委托).{1,40}(?:报告|汇报|述职)|(?:我|现在).{0,20}向大会(?:作|做|报告)|(?<!提)请予?审议"
)
REPORTING = re.compile(
    r"(?:现将|现就|现把|下面).{2,60}(?:如下|报告|汇报|总结)"
    r"|(?:情况|工作)(?:简要)?(?:汇报|报告|总结|通报|报送)如下"
)
FORMULA = re.compile(
    rf"(?:{_YEAR}|今年|一年来|过去|刚刚过去|上半年|前三季度|本年度|本学[年期]|这一年|近年"
    r"|.{1,3}年来|.{1,2}月份?)"
    r"[^。]{0,120}(?:领导|指导|支持|指引|关怀|关心|帮助)(?:[和、][^，。]{1,12})?下"
    rf"|(?:{_YEAR}|过去|刚刚过去的|今年)[^。]{{0,12}}[，,]?是[^。]{{4,60}}(?:年|时期)"
    rf"|(?:{_YEAR}以?来?|今年以来|一年来|过去一年|.年来|上半年)[，,]"
    r"[^。]{4,60}(?:围绕|坚持|紧扣|按照|立足|锚定|以)"
)
"""What reports begin with: 2023年，在…的领导下; 2023年是…的一年; 一年来，围绕…"""

# Endings.
LEADING_SIGNATURE = re.compile(
    rf".{{0,30}}?{_DAY}(?:印发|编)?(?=[^\s，。的至到—\-起（()）前])|[（(【][^（）()]{{2,40}}[）)】]"
    r"|[^。]{0,60}?[（(]略[）)]|(?:供稿|执笔|审核|填报|编制|记录|撰稿|联系人).{0,40}[：:）)\s]"
)
"""The end of the last report in front of a title that follows without a line's end."""
SIGNED = re.compile(rf"[（(]?[^。，；：]{{0,30}}?{_DATE}(?:印发|编)?[）)]?")
CLOSED = re.compile(
    r"谢谢[^。！]{0,6}[！!。]?$|[特专]此报告|(?:汇报|述职|发言|报告)(?:完毕|完了|结束)"
    r"|^(?:以上|我的|本)(?:就是)?[^。]{0,24}(?:请|批评|指正|审议|审查|汇报完)"
    r"|(?:奋斗|努力|奉献|贡献)[！!。]$|(?:篇章|辉煌|局面|力量|台阶|答卷)[！!]$|^让我们.{8,}"
)
TAILED = re.compile(
    r"[（(【*]?(?:附[件表：:]|供稿|执笔|审核|填报|联系人|[报抄分送]{1,2}[：:送]|注[：:]|数据来源"
    r"|撰稿|编辑|作者|记录|上一篇|下一篇|本文|更多|版权|责任编辑)"
)
"""What stands below a report: annexes, authors, copies to, links of a site."""

# Names.
INSTITUTION = re.compile(
    r"(?:[市县区省州镇乡村局院校园司厂站所队部委办会馆库厅府]|中心|集团|街道)$"
)
PLACE_NAMES = re.compile(r"[\u4e00-\u9fff]{2}[市县区省州镇乡局厂院校园]")
SELF_NAMES = re.compile(
    r"[我全本](?:[市县区省州镇乡村局院校园司厂站所队部科馆校国]|公司|中心|集团|街道)"
)
NOTES = re.compile(r"\d+年?|[（(].*")
"""What of a title is no name: years and other numbers, remarks in brackets."""

# Who reports, in the titles of reports put together: 财务科2023年工作总结, 述职报告（张三）.
NUMBER_IN_FRONT = re.compile(_NUMBER_IN_FRONT)
SAMPLE_NUMBER = re.compile(r"[【\[（(]?(?:范文|篇)")
"""What a collection numbers its reports with; 第二篇 may be a chapter as well."""
YEAR = re.compile(rf"{_YEAR}度?|(?:19|20)\d\d(?=\s?[-—–~～至])")
REPORTER_AND_YEAR = re.compile(
    rf"(?:关于)?(?P<reporter>[^\d\s（(].{{1,24}}?)(?:同志)?(?:关于)?(?={YEAR.pattern})"
)
TOPIC = re.compile(
    r"(?:工作|建设|生产|教育|管理|改革|活动|宣传|服务|总结|报告|汇报|计划|规划|个人|本人|我的|年终|述职)$"
)
"""What stands in front of a year and is nobody."""
PERIOD = re.compile(
    rf"{YEAR.pattern}|[上下]半年|前?[一二三四1-4]个?季度|\d{{1,2}}月份?|年度|学年|第[一二]学期|年终|年末"
)
REPORTER_AND_MATTER = re.compile(
    r"(?P<reporter>.{2,24}?)(?:同志|个人|的|工作|全面|情况|述职|述廉|述德|述学|[、和])*"
)
"""What of a title is in front of 总结 or 报告, without its period."""
OFFICE = re.compile(
    r"(?<![干内外全农乡])"
    r"(?:[市县区省州镇乡村局院校园司厂站所队部委办会馆库厅府科股室处组班店行系]|中心|集团|街道"
    r"|社区|支部|车间|[中小大]学|工会|妇联|年级|学院)$"
)
_SURNAME = (
    r"(?:欧阳|上官|司马|诸葛|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅"
    r"沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟"
    r"龙万段雷钱汤尹黎易常武乔贺赖龚文])"
)
_POST = r"(?:.{0,14}?(?:长|主任|书记|经理|员|师|干部|委员|同志)[ \u3000]{0,4})"
PERSON = re.compile(
    rf"(?:(?:述职|汇报|报告)人[:：]?[ \u3000]?)?{_POST}?{_SURNAME}[ \u3000]?"
    r"[\u4e00-\u9fff×X某*][ \u3000]?[\u4e00-\u9fff×X某*]?"
)
"""A person's name, with the post in front of it."""
DUTY = re.compile(r"述[职廉德学]|个人")
"""What of a title tells that a person reports."""
REMARK = re.compile(r"[（(〔【](?P<reporter>[^（）()〔〕【】]{2,20})[）)〕】]")
"""What stands in brackets in a title."""
