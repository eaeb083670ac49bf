import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.furniture import furniture

TITLE = "苇塘县粮食局2021年工作总结和2022年打算"
REVIEW = (
    "2021年，县粮食局在县委、县政府领导下，收购秋粮12.6万吨，新建标准粮仓4座，"
    "粮库智能化改造全部完工，群众卖粮平均等候时间缩短到40分钟。"
)
REPORT = (
    f"{TITLE}\n{REVIEW}\n一、存在问题\n基层粮站技术人员断档，两座老仓年久失修。\n"
    "二、下一步打算\n继续推进仓容提升工程，力争年底前完成老仓翻修。"
)
SIGNED = f"{REPORT}\n苇塘县粮食局\n2022年1月18日"


def repaired(text: str) -> str:
    return Reading.of(text).edited(furniture(text)).text.strip()


@pytest.mark.parametrize(
    "above",
    [
        "2021年粮食局工作总结.docx",
        "收藏 分享(赏)",
        "上传人:li****n 文档编号:3350127 上传时间:2022-03-05 格式:DOCX 页数:7 大小:33.4KB",
        "下载 相关 举报\n粮食局总结.docx_第1页\n第1页 / 共7页\n亲，该文档总共7页，喜欢就下载吧！",
        "资源描述\n",
        "版權說明：本文檔由用戶提供並上傳，若內容存在侵權，請進行舉報或認領\n文檔簡介",
        "首页 > 政务公开 > 规划总结",
        "您现在的位置：首页 / 信息公开 / 计划总结",
        "索 引 号 | LS01/2022-00015 | 成文日期 | 2022-01-18 |\n文号 | 苇粮〔2022〕2号 | 有效性 |",
        "索引号：\nLS01/2022-00015\n发布机构：\n县粮食局\n成文日期：\n2022-01-18",
        "发布时间：2022-01-18 09:30  来源：县粮食局  浏览次数：128 次\n"
        "【字号：大 中 小】 打印 关闭",
        "范文网 > 工作总结 > 部门总结\n小编为大家整理了粮食局工作总结，欢迎阅读参考！",
        "¥5.00\n立即下载\n预览：共7页\n开通VIP，海量文档免费下",
    ],
)
def test_what_stands_above_goes(above: str) -> None:
    assert repaired(f"{above}\n{REPORT}") == REPORT


@pytest.mark.parametrize(
    "below",
    [
        "展开阅读全文\n相关资源\n猜你喜欢\n相关搜索",
        "当前位置：首页 > 办公文档 > 总结\nCopyright © 2009-2022 某某文库 版权所有",
        "上一篇：关于春季轮换的通知\n下一篇：没有了\n责任编辑：何某",
        "扫一扫在手机打开当前页\n相关链接\n· 全县粮食工作会议召开\n· 我县开展秋粮抽检",
        "主办单位：苇塘县政府办公室 技术支持：某某公司\n某ICP备10000001号-2",
        "以上就是粮食局工作总结的全部内容，希望对您有帮助。\n更多工作总结请关注某某范文网！",
        "温馨提示\n- 1. 本站资源打开需要安装阅读软件。\n- 2. 附件图纸请联系上传者。\n"
        "- 3. 下载文件中如有侵权，请与我们联系。",
        "最新文档\n- 门面房租赁合同\n- 初二物理试卷（含答案）\n- 氯碱特性表\n评论\n0/150\n提交评论",
        "【粮食局工作总结】相关文章：\n1.粮站年度工作总结\n2.仓储公司工作计划范文",
        "商铺转让合同\n中班美术教案\n保安队长述职报告范文\n团员心得体会3篇",
        "烟草专卖工作总结\n一年来，本人在公司的正确领导下，认真学习法规，积极走访客户，取得了较好...\n"
        "门诊护士工作总结\n时光飞逝，转眼又是一年，在科主任的关心支持下，我爱岗敬业，努力...",
        "年度总结\n冬季以来，站里检修水位计12台，缆道测流无一漏测。站房偏远，...\n年度总结\n"
        "门诊护理组全年零投诉，静脉穿刺一次成功率九成以上。……\n本月热门\n换一批看看",
        "Copyright © 2009-2022 某某文库 版权所有\n"
        "工作总结\n车队全年安全行驶86万公里，没有发生责任事故，百公里油耗下降...",
        "水文站工作总结。今年以来，我站职工团结一致，坚持每日观测，圆满完成了测报任务，现将...\n"
        "任教以来，严格要求自己，虚心向老教师请教，积极参加教研活动，不断提高业务…",
    ],
)
def test_what_stands_below_goes(below: str) -> None:
    assert repaired(f"{SIGNED}\n{below}") == SIGNED


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("9页", ""),
        ("下载该文档 正文：", ""),
        ("首页 > 政务公开 > 总结 发布时间：2022-01-18 来源：县粮食局 【字号：大 中 小】 打印 ", ""),
        ("收藏 分享 举报 2021年总结.docx 上传人：w**x 文档编号：2210 ", ""),
        ("", " 第7页 共7页"),
        ("", " 展开阅读全文 相关资源 猜你喜欢 某ICP备10000001号"),
        ("", "以上就是粮食局工作总结的全部内容。更多总结请关注某某范文网。"),
    ],
)
def test_what_stands_on_the_line_of_the_report_goes(before: str, behind: str) -> None:
    report = REPORT.replace("\n", " ")
    assert repaired(f"{before}{report}{behind}") == report


@pytest.mark.parametrize(
    "text",
    [
        SIGNED,
        f"各粮站：\n现将《{TITLE}》印发给你们，请认真落实。\n苇塘县粮食局\n2022年1月18日\n{REPORT}",
        f"{REPORT}\n附件：1.仓容建设计划\n2.粮食收购合同\n3.应急预案范本\n4.检查表模板",
        f"{SIGNED}\n抄送：县委办公室，县政府办公室。",
        f"{REVIEW}\n各位代表！让我们共同努力！\n谢谢大家！",
        f"{REVIEW}\n下周\n- 写月度总结\n- 报扩容方案\n- 签维保合同\n- 编制应急预案\n- 起草租赁合同",
        f"{REVIEW}\n2022年工作计划\n今年以来人手不足，新一年将在县委领导下招录4人，把粮站...",
        f"{REVIEW}\n实施仓容提升计划。翻修老仓两座，新建一座，把收购点延伸到每个乡镇...",
        f"{REVIEW}\n指标 | 数量\n文献下载 | 12万次\n浏览次数 | 30万次",
        f"{REVIEW}\n部分用户反映网站资料下载不便。",
        f"{REVIEW}\n查处版权侵权案件9起，下架侵权文档3000份。",
        f"{REVIEW}\n三是开通会员积分兑换，引导用户上传家谱资料。",
        f"{REVIEW}\n- 开通会员积分兑换\n- 购买更多图书\n- 打印资料\n- 反馈意见",
        f"{REVIEW}\n- 下载量：1200次\n- 阅读量：30000",
        f"{REVIEW}\n维修水泵需3000元\n500元购买绘本\n剩余20%年底前完成",
        f"{REVIEW}\n技术支持：为20家粮企提供检测。\n责任部门：县粮食局",
        f"{REVIEW}\n希望上级对我们给予帮助",
        f"{REVIEW}\n这是全县首个粮情分享平台",
        "15页工作报告凝聚着大家的心血。" + REVIEW,
    ],
)
def test_a_report_stays(text: str) -> None:
    assert repaired(text) == text


@pytest.mark.parametrize(
    "end",
    [
        # Notices and words of thanks.
        "特别提示：目前仍有12个隐患点未整改，监管力量不足。",
        "重要提示：全县12个隐患点未整改，须在6月底前完成。",
        "温馨提示：进入汛期要加强巡查，确保安全度汛。",
        "友情提示：请各单位于月底前上报资料。",
        "特别说明：\n12个项目未完工。",
        "以上是本年度工作的全部内容，2024年我们将继续新增就业3000人。",
        "以上是我局2021年工作的全部内容。",
        "更多群众的期盼，请继续关注并支持我们的工作。",
        # Processes and comparisons are no breadcrumbs.
        "申请 > 受理 > 审批 > 办结",
        "优良率>90%>去年水平",
        "全流程：首页设计>开发>上线",
        # Rights, licences, support.
        "版权所有人维权难",
        "版权所有权登记1200件",
        "网站ICP备案率达到100%",
        "完成全市2300家网站ICP备案核查，关闭违规网站35家",
        "技术支持：市农科所",
        "技术支持：省农科院专家团队12人",
        "规范用户上传资料的审核，侵权资源一律删除。",
        "网友上传文档未经版权人同意，侵权现象较多。",
        "侵权资源一律删除。\n网友上传文档未经版权人同意，侵权现象较多。\n建立侵权举报平台",
        "本平台资源仅供读者学习参考，不得用于商业用途。",
        # How to read and what to get.
        "推荐使用新版浏览器访问政务平台。",
        "登录即可在线下载证照全文",
        "扫描二维码查看办事指南",
        "免费下载",
        "开通会员\n免费阅读",
        "- 免费下载\n- 在线阅读",
        "建立侵权举报平台",
        "1.继续开通微信",
        "3、免费注册会员\n4、提交评论反馈\n5、分享资料",
        "1、新增藏书2万册\n2、延长开放时间\n3、免费注册会员\n4、提交评论反馈",
        # Lists and colophons.
        "相关报道\n人民日报刊发3篇\n新华社刊发5篇",
        "附录\n相关资料\n2023年产值3亿元\n2024年目标5亿元",
        "全年完成的主要文稿：\n年度工作总结\n劳动合同范本\n购销合同样本\n管理办法",
        "全年起草、修订的主要文稿有：\n年度工作总结\n劳动合同范本\n购销合同样本\n管理办法",
        "附件下载：2023年度任务清单",
        "地址：苇塘县粮食路8号 邮编：234500 电话：0555-1234567",
        # Sections that a site, or their writer, cut off.
        "培训工作总结\n围绕粮食安全，全年举办保管员培训12期，把职工业务水平……",
        "办公室工作汇报\n根据县委部署，今年以来办理公文三百件，但仍有文稿质量不高……\n"
        "财务股工作汇报\n按照年初安排，完成预算编制和决算，资金支付进度达到九成……",
    ],
)
@pytest.mark.parametrize("report", [REPORT, SIGNED])
def test_the_end_of_a_report_stays(report: str, end: str) -> None:
    assert repaired(f"{report}\n{end}") == f"{report}\n{end}"


@pytest.mark.parametrize(
    ("own", "below"),
    [
        ("3、免费注册会员\n4、分享资料", "打印本页 关闭窗口"),
        ("特别提示：目前仍有12个隐患点未整改。", "Copyright © 2009-2022 某某文库"),
        ("登录即可在线下载证照全文\n苇塘县粮食局", "上一篇：没有了"),
        ("来源：中央财政。", "第7页 共7页"),
    ],
)
def test_a_report_stays_above_furniture(own: str, below: str) -> None:
    assert repaired(f"{REPORT}\n{own}\n{below}") == f"{REPORT}\n{own}"


@pytest.mark.parametrize(
    "below",
    [
        "免费下载\n打印本页 关闭窗口",
        "技术支持：某某公司\n某ICP备********号-2",
        "地址：粮食路8号 邮编：234500 电话：1234567\n网站标识码：3300000012",
        "附件下载：任务清单\n上一篇：没有了",
        "推荐使用1024分辨率浏览器访问\n版权所有：某某文库",
        "网友上传的资料仅供学习参考，不得用于商业用途。\n如有侵权，请联系我们删除。",
        "温馨提示：文档下载后不退积分，请先预览。",
        "上传人：li**n",
        "展开阅读全文",
        "亲，该文档总共7页，喜欢就下载吧！",
        "https://example.org/a/b.html",
        "最新文档\n门面房租赁合同\n初二物理试卷",
    ],
)
def test_furniture_that_a_second_sign_or_its_own_shows_goes(below: str) -> None:
    assert repaired(f"{SIGNED}\n{below}") == SIGNED


@pytest.mark.parametrize("line", ["来源：中央财政", "人气：全年接待游客300万人次"])
def test_what_a_report_says_above_its_text_stays(line: str) -> None:
    for text in (f"{line}\n{REPORT}", f"{TITLE}\n{line}\n{REVIEW}"):
        assert repaired(text) == text


MINUTES = (
    "办公室工作汇报\n根据局党组部署，今年以来办理公文三百件，但仍存在文稿质量不高的问题……\n"
    "财务处工作汇报\n按照年初安排，财务处完成预算编制和决算，资金支付进度达到九成……\n"
    "下一步计划\n完成投资5亿元。\n李主任强调了三点。\n张书记讲话\n"
    "2024年要完成五项任务，招商引资30亿元。\n散会。"
)
PLANS = (
    "2024年工作计划\n紧紧围绕市委部署，力争完成投资30亿元，新开工项目二十个，推动产业升级……\n"
    "2024年培训计划\n全年组织培训30期，覆盖干部两千人次，把全系统业务水平再提高一步……"
)


@pytest.mark.parametrize("text", [MINUTES, PLANS, f"{REVIEW}\n{MINUTES}", f"{REVIEW}\n{PLANS}"])
def test_sections_that_break_off_stay(text: str) -> None:
    assert repaired(text) == text


def test_a_report_goes_on_below_openings_of_others() -> None:
    openings = (
        "年度总结\n冬季以来，站里检修水位计12台，缆道测流无一漏测。站房偏远，...\n"
        "年度总结\n门诊护理组全年零投诉，静脉穿刺一次成功率九成以上。……"
    )
    assert repaired(f"{TITLE}\n{REVIEW}\n{openings}\n{SIGNED}") == f"{TITLE}\n{REVIEW}\n{SIGNED}"


@pytest.mark.parametrize(
    "text",
    [
        "下载\n收藏\n2021年总结.docx\n第1页 / 共7页\n猜你喜欢\n版权所有 某某文库",
        "首页 > 政务公开 > 总结\n发布时间：2022-01-18",
        "",
    ],
)
def test_nothing_but_furniture_stays(text: str) -> None:
    assert repaired(text) == text


def test_furniture_inside_stays() -> None:
    text = f"{REPORT}\n打印本页\n{REPORT}"
    assert repaired(text) == text


def test_title_among_site_lines_and_signature_stay() -> None:
    text = f"首页 > 总结\n{TITLE}\n来源：县粮食局 浏览次数：12\n{SIGNED}\n打印本页\n关闭窗口"
    assert repaired(text) == f"{TITLE}\n{SIGNED}"


def test_counts_of_the_report_stay_above_furniture() -> None:
    text = f"{REVIEW}\n- 公众号阅读量：12000\n- 点赞数：300\n- 价格：每斤3元"
    assert repaired(f"{text}\n猜你喜欢") == text


def test_indent_of_the_report_stays() -> None:
    text = f"首页 > 总结\n　　{REVIEW}"
    assert Reading.of(text).edited(furniture(text)).text == f"　　{REVIEW}"


LINES = st.lists(
    st.sampled_from(
        [
            *(
                "下载",
                "首页 > 总结",
                "猜你喜欢",
                "温馨提示",
                "索引号：",
                "2022年1月18日",
                "",
                "　　",
            ),
            *(
                "如有侵权，请联系网站删除。",
                "门面合同范本",
                "工作总结.doc",
                REVIEW,
                TITLE,
                "县粮食局",
            ),
            "科室工作总结。今年以来，我科全体同志团结一致，圆满完成了各项任务，现将...",
        ]
    ),
    max_size=14,
)


@given(LINES)
def test_edits_are_ordered_disjoint_removals(lines: list[str]) -> None:
    text = "\n".join(lines)
    position = 0
    for edit in furniture(text):
        assert position <= edit.start < edit.end <= len(text)
        assert not edit.replacement
        position = edit.end


@pytest.mark.parametrize(
    "unit", ["下载 ", "下载\n", "更多 ", "文档", "首页 > ", "_第", "总结\n。。。\n"]
)
def test_time_is_linear(unit: str) -> None:
    began = time.process_time()
    list(furniture(unit * (200_000 // len(unit))))
    assert time.process_time() - began < 3
