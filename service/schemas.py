"""The wire format: requests and responses as marshmallow schemas.

The OpenAPI description is generated from these, so their limits are the real ones.
Descriptions are in Chinese, for the people who integrate the service.
"""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    missing,
    post_dump,
    post_load,
    pre_dump,
    pre_load,
    validate,
    validates_schema,
)

from report.domain import RhetoricalRole
from report.figures import FigureKind
from report.judging import SentText
from report.repairs.repairing import RepairCode
from report.summarising import MAX_TEXT_CHARACTERS
from report.summary import Script, Summary, SummaryOptions, WarningCode
from service.problems import ProblemCode
from service.work.file_summaries import FileSummary
from service.work.requests import (
    BatchItem,
    BatchRequest,
    FileSummaryRequest,
    SummaryRequest,
    UploadedFile,
)

MAX_TITLE_CHARACTERS = 500
HAS_CHINESE = "^[\\s\\S]*[\u3400-\u4dbf\u4e00-\u9fff][\\s\\S]*$"
"""For the description only; the text itself is checked by the domain, rarer characters included.
Matches from end to end, because some generated clients demand that of a pattern; with the
characters themselves, because not all regular expressions have escapes for them."""
MIN_POINTS, MAX_POINTS = 1, 20
MIN_SUMMARY_CHARACTERS, MAX_SUMMARY_CHARACTERS = 50, 1000
MAX_BATCH_ITEMS = 64
MAX_BATCH_CHARACTERS = 400_000
"""About a minute's work on two cores, half of what a request may take."""
MAX_ID_CHARACTERS = 100
MAX_FIELDS = 50
"""Members of an object; no request has half as many."""

_DEFAULTS = SummaryOptions()


class StrictBoolean(fields.Boolean):
    """A boolean that takes ``true`` and ``false`` only, not 1 or "yes"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class StrictInteger(fields.Integer):
    """A whole number of JSON: neither "5" nor ``true``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return value


class MeasuredList(fields.List[Any]):
    """A list whose length is judged before its items: millions of faults would fill the memory."""

    def deserialize(
        self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any
    ) -> Any:
        """The list; what validates it must look at nothing but its length."""
        if isinstance(value, list):
            self._validate(value)
        return super().deserialize(value, attr, data, **kwargs)


def _described(text: str, **more: Any) -> dict[str, Any]:
    return {"description": text, **more}


_MESSAGES: dict[str, Any] = {
    "required": "缺少必填字段。",
    "null": "不能为 null。",
    "invalid": "类型不正确。",
    "invalid_utf8": "不是有效的字符串。",
}


_CHOICE_MESSAGES = _MESSAGES | {"unknown": "必须是以下之一：{choices}。"}


def _between(low: int, high: int) -> validate.Range:
    return validate.Range(low, high, error="必须在 {min} 到 {max} 之间。")


class StrictSchema(Schema):
    """An object of a request, without unknown members."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012, as marshmallow has it
        "unknown": "未知字段。",
        "type": "请求体必须是 JSON 对象。",
    }

    @pre_load
    def _count_members(self, data: Any, **_: Any) -> Any:
        """Refuse too many before any is looked at."""
        if isinstance(data, dict) and len(data) > MAX_FIELDS:
            raise ValidationError(f"最多 {MAX_FIELDS} 个字段。")
        return data


class OptionsSchema(StrictSchema):
    """摘要的选项，无论报告以文本还是文件提交。"""

    title = fields.String(
        load_default="",
        error_messages=_MESSAGES,
        validate=validate.Length(max=MAX_TITLE_CHARACTERS, error="最多 {max} 个字符。"),
        metadata=_described("报告标题，供模型参考；正文已含标题时不必填写。"),
    )
    max_points = StrictInteger(
        load_default=_DEFAULTS.max_points,
        error_messages=_MESSAGES,
        validate=_between(MIN_POINTS, MAX_POINTS),
        metadata=_described("每个部分最多返回的要点数；值得列为要点的句子较少时不足此数。"),
    )
    max_summary_chars = StrictInteger(
        load_default=_DEFAULTS.max_summary_chars,
        error_messages=_MESSAGES,
        validate=_between(MIN_SUMMARY_CHARACTERS, MAX_SUMMARY_CHARACTERS),
        metadata=_described("每个部分的摘要最多字符数。"),
    )
    include_sentences = StrictBoolean(
        load_default=_DEFAULTS.include_sentences,
        error_messages=_MESSAGES,
        metadata=_described("是否逐句返回全文各句及标题的判定结果。"),
    )
    script = fields.Enum(
        Script,
        by_value=fields.String,
        load_default=_DEFAULTS.script,
        error_messages=_CHOICE_MESSAGES,
        metadata=_described(
            "摘要、要点和标题所用的字体：original 与原文相同，simplified 转为简体。引文总是原文。"
        ),
    )
    disabled_repairs = MeasuredList(
        fields.Enum(RepairCode, by_value=fields.String, error_messages=_CHOICE_MESSAGES),
        load_default=list,
        error_messages=_MESSAGES,
        validate=validate.Length(max=len(RepairCode), error="最多 {max} 项。"),
        metadata=_described("不要进行的修复；默认全部进行。在表单中重复该字段，或以逗号分隔。"),
    )


class SummaryRequestSchema(OptionsSchema):
    """要摘要的工作报告及选项。"""

    text = fields.String(
        required=True,
        error_messages=_MESSAGES,
        metadata=_described(
            "报告全文。长度按去除首尾空白后的 Unicode 码点计；至少含一个汉字。",
            minLength=1,
            maxLength=MAX_TEXT_CHARACTERS,
            pattern=HAS_CHINESE,
            example="一、2023年工作总结\n全年新认定高新技术企业469家，同比增长8.3%。\n"
            "二、存在问题\n高层次人才依然不足。\n三、2024年计划\n力争研发投入占比达到3.3%。",
        ),
    )

    @post_load
    def _to_request(self, data: dict[str, Any], **_: Any) -> SummaryRequest:
        sent = SentText(data.pop("text"), data.pop("title"))
        return SummaryRequest(sent, _options(data))


class SummaryBatchItemSchema(SummaryRequestSchema):
    """批量请求中的一份报告。"""

    id = fields.String(
        required=True,
        error_messages=_MESSAGES,
        validate=validate.Length(1, MAX_ID_CHARACTERS, error="须有 {min} 到 {max} 个字符。"),
        metadata=_described("调用方给这份报告的编号，同一请求中不得重复。", example="2023-001"),
    )

    @post_load
    def _to_request(self, data: dict[str, Any], **_: Any) -> SummaryRequest:
        data.pop("id")
        request: SummaryRequest = super()._to_request(data)
        return request


class BatchItems(MeasuredList):
    """Items that are judged one by one: what is wrong with one is left to its own answer.

    Only what has no ``id`` cannot be answered on its own, and makes the request invalid.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Nested(SummaryBatchItemSchema), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> list[Any | None]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        schema = SummaryBatchItemSchema()
        items: list[Any | None] = []
        faults: dict[int, Any] = {}
        for place, item in enumerate(value):
            try:
                items.append(_batch_item(schema, place, item))
            except ValidationError as error:
                faults[place] = error.messages
        if faults:
            raise ValidationError(faults)
        return items


def _batch_item(schema: SummaryBatchItemSchema, place: int, item: Any) -> BatchItem:
    """The item; its own faults are kept with it.

    Raises:
        ValidationError: if it has no ``id`` to answer to.
    """
    if not isinstance(item, dict):
        raise ValidationError(_MESSAGES["invalid"])
    try:
        name = str(schema.fields["id"].deserialize(item.get("id", missing)))
    except ValidationError as error:
        raise ValidationError({"id": error.messages}) from error
    try:
        return BatchItem(name, schema.load(item), {})
    except ValidationError as error:
        return BatchItem(name, None, {"json": {"items": {place: error.messages}}}, item)


def _length_to_read(item: BatchItem) -> int:
    """Characters that the model would read: none of a text that is refused for its length."""
    length = len(item.request.sent.text.strip()) if item.request else 0
    return length if length <= MAX_TEXT_CHARACTERS else 0


class SummaryBatchRequestSchema(StrictSchema):
    """要摘要的多份工作报告，每份有自己的选项和结果。"""

    items = BatchItems(
        required=True,
        error_messages=_MESSAGES,
        validate=validate.Length(1, MAX_BATCH_ITEMS, error="须有 {min} 到 {max} 份报告。"),
        metadata=_described(
            f"1 到 {MAX_BATCH_ITEMS} 份报告，合计最多 {MAX_BATCH_CHARACTERS} 个字符。"
            "其中一份不合要求时，只影响它自己的结果。"
        ),
    )

    @validates_schema
    def _check(self, data: dict[str, list[BatchItem]], **_: Any) -> None:
        items = data["items"]
        faults: dict[int, dict[str, list[str]]] = {}
        seen: set[str] = set()
        for place, item in enumerate(items):
            if item.id in seen:
                faults[place] = {"id": ["编号重复。"]}
            seen.add(item.id)
        if faults:
            raise ValidationError({"items": faults})
        if sum(map(_length_to_read, items)) > MAX_BATCH_CHARACTERS:
            message = f"各份报告合计最多 {MAX_BATCH_CHARACTERS} 个字符。"
            raise ValidationError({"items": [message]})

    @post_load
    def _to_request(self, data: dict[str, list[BatchItem]], **_: Any) -> BatchRequest:
        return BatchRequest(tuple(data["items"]))


class FileField(fields.Field[UploadedFile]):
    """A file of a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UploadedFile:
        if not isinstance(value, UploadedFile):
            raise self.make_error("invalid", input=value)
        return value


class FileSummaryRequestSchema(OptionsSchema):
    """要摘要的工作报告文件及选项。"""

    file = FileField(
        required=True,
        error_messages=_MESSAGES | {"invalid": "必须是一个上传的文件（带文件名），且只给出一次。"},
        metadata=_described(
            "报告文件：.txt、.md、.html、.docx、.doc、.wps、.pdf（须有文字层）、.ofd、.rtf、.odt。"
            "格式按内容判断，其次按文件名。",
            type="string",
            format="binary",
        ),
    )

    @post_load
    def _to_request(self, data: dict[str, Any], **_: Any) -> FileSummaryRequest:
        return FileSummaryRequest(data.pop("file"), data.pop("title"), _options(data))


def _options(data: dict[str, Any]) -> SummaryOptions:
    return SummaryOptions(without=frozenset(data.pop("disabled_repairs")), **data)


class SpanSchema(Schema):
    """所提交文本（或 extracted_text）中的半开区间 [start, end)，按 Unicode 码点计。"""

    start = fields.Integer(
        required=True, validate=validate.Range(min=0), metadata=_described("起点（含）。")
    )
    end = fields.Integer(
        required=True, validate=validate.Range(min=1), metadata=_described("终点（不含）。")
    )


def _confidence() -> fields.Float:
    return fields.Float(
        required=True,
        validate=validate.Range(0, 1),
        metadata=_described("模型对该角色的置信度。", format="double"),
    )


def _headings() -> fields.List[str]:
    return fields.List(
        fields.String(), required=True, metadata=_described("所在的各级标题，由外到内。")
    )


def _count(text: str) -> fields.Integer:
    return fields.Integer(required=True, validate=validate.Range(min=0), metadata=_described(text))


class FigureSchema(Schema):
    """原文中的一个数字。"""

    text = fields.String(
        required=True, metadata=_described("数字连同相关词语。", example="同比增长8.3%")
    )
    value = fields.String(
        required=True,
        validate=validate.Regexp(r"^-?[0-9]+(\.[0-9]+)?$"),
        metadata=_described("数值，十进制字符串，与原文一致。", example="8.3"),
    )
    unit = fields.String(
        required=True, metadata=_described("单位，含“万”“亿”；没有则为空字符串。", example="%")
    )
    indicator = fields.String(
        required=True,
        metadata=_described("所度量的指标；无法确定时为空字符串。", example="高新技术企业"),
    )
    kind = fields.Enum(
        FigureKind,
        by_value=fields.String,
        required=True,
        metadata=_described("类别：数量金额、占比、增幅、位次、计数、日期、时段。"),
    )
    span = fields.Nested(SpanSchema, required=True)


class KeyPointSchema(Schema):
    """要点：原文中的一句。"""

    text = fields.String(
        required=True, metadata=_described("便于阅读的文字：已修复，并去除序号与换行。")
    )
    quote = fields.String(
        required=True, metadata=_described("原文引文，与请求文本的 text[start:end] 完全一致。")
    )
    span = fields.Nested(SpanSchema, required=True)
    confidence = _confidence()
    headings = _headings()
    figures = fields.List(
        fields.Nested(FigureSchema), required=True, metadata=_described("句中的数字，按原文顺序。")
    )


class SectionSummarySchema(Schema):
    """报告的一个部分。报告中没有该部分时，present 为 false，其余为空。"""

    present = fields.Boolean(required=True, metadata=_described("报告中是否有该部分。"))
    summary = fields.String(
        required=True,
        validate=validate.Length(max=MAX_SUMMARY_CHARACTERS),
        metadata=_described("摘要，由原文分句组成；没有该部分时为空字符串。"),
    )
    sources = fields.List(
        fields.Nested(SpanSchema),
        required=True,
        metadata=_described("摘要所依据的原文各句，按原文顺序。"),
    )
    points = fields.List(
        fields.Nested(KeyPointSchema),
        required=True,
        validate=validate.Length(max=MAX_POINTS),
        metadata=_described("要点，按原文顺序。"),
    )
    sentence_count = _count("该部分的句数（含标题）。")
    character_count = _count("该部分的非空白字符数。")


class SectionsSchema(Schema):
    """成绩、问题、计划三个部分。"""

    achievements = fields.Nested(SectionSummarySchema, required=True)
    problems = fields.Nested(SectionSummarySchema, required=True)
    plans = fields.Nested(SectionSummarySchema, required=True)


class ReportPartSchema(Schema):
    """一个文本中含有的多份报告之一。"""

    title = fields.String(required=True, metadata=_described("该份报告的标题；没有则为空字符串。"))
    span = fields.Nested(SpanSchema, required=True)
    sections = fields.Nested(SectionsSchema, required=True)


class RepairSchema(Schema):
    """对文本的一种修复及其次数。"""

    code = fields.Enum(
        RepairCode, by_value=fields.String, required=True, metadata=_described("修复的种类。")
    )
    count = fields.Integer(
        required=True,
        validate=validate.Range(min=1),
        metadata=_described("修复的处数；繁体字按字计。"),
    )


class ModelCardSchema(Schema):
    """作出判定的模型。"""

    name = fields.String(
        required=True, metadata=_described("模型名称。", example="huibao-roles-zh")
    )
    version = fields.String(
        required=True,
        metadata=_described("模型权重的摘要值，权重改变则改变。", example="0f3c9a5b1d2e"),
    )


class ReportSentenceSchema(Schema):
    """原文中的一句或一个标题，或修复时略去的一段（页码、网页杂项等，角色为 other）。"""

    span = fields.Nested(SpanSchema, required=True)
    role = fields.Enum(
        RhetoricalRole,
        by_value=fields.String,
        required=True,
        metadata=_described("句子的角色。"),
    )
    confidence = _confidence()
    headings = _headings()


class RoleCountSchema(Schema):
    """某一角色的数量。"""

    characters = _count("非空白字符数。")
    sentences = _count("句数（含标题）。")


class RoleCountsSchema(Schema):
    """各角色的数量，合计等于全文。"""

    achievement = fields.Nested(RoleCountSchema, required=True)
    problem = fields.Nested(RoleCountSchema, required=True)
    plan = fields.Nested(RoleCountSchema, required=True)
    other = fields.Nested(RoleCountSchema, required=True)


class CoverageSchema(Schema):
    """判定所覆盖的范围：全文的每个非空白字符。"""

    characters = _count("非空白字符数。")
    sentences = _count("句数（含标题）。")
    by_role = fields.Nested(RoleCountsSchema, required=True)


class NumberAuditSchema(Schema):
    """数字核对：摘要中的每个数字都在其依据的原文中找到。"""

    checked = _count("各摘要中的数字个数。")
    found = _count("其中在依据的原文中找到的个数，应与 checked 相等。")
    rebuilt = _count("因核对不符而改用整句重新生成的摘要个数。")


class SummaryWarningSchema(Schema):
    """关于结果的提示。"""

    code = fields.Enum(
        WarningCode, by_value=fields.String, required=True, metadata=_described("提示代码。")
    )
    message = fields.String(required=True, metadata=_described("给人看的说明。"))


class SummaryResponseSchema(Schema):
    """一份报告的摘要结果。"""

    model = fields.Nested(ModelCardSchema, required=True)
    sections = fields.Nested(SectionsSchema, required=True)
    parts = fields.List(
        fields.Nested(ReportPartSchema),
        required=True,
        metadata=_described(
            "文本含有多份报告时，每份各自的三个部分，按原文顺序；只有一份时为空数组。"
            "sections 总是全文的。"
        ),
    )
    repairs = fields.List(
        fields.Nested(RepairSchema),
        required=True,
        metadata=_described("阅读之前对文本所作的修复；引文和位置不受影响，仍是所提交的原文。"),
    )
    sentences = fields.List(
        fields.Nested(ReportSentenceSchema),
        metadata=_described("全文各句及标题，按原文顺序；仅在请求 include_sentences 时返回。"),
    )
    coverage = fields.Nested(CoverageSchema, required=True)
    number_audit = fields.Nested(NumberAuditSchema, required=True)
    warnings = fields.List(
        fields.Nested(SummaryWarningSchema),
        required=True,
        attribute="notices",
        metadata=_described("提示，没有则为空数组。"),
    )

    @post_dump
    def _drop_absent(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value is not None}


class FileSummaryResponseSchema(SummaryResponseSchema):
    """一份报告文件的摘要结果；所有位置都在 extracted_text 中。"""

    extracted_text = fields.String(
        required=True, metadata=_described("从文件中取出的文字，自动编号已写出，表格一行一行。")
    )
    encoding = fields.String(
        required=True,
        metadata=_described("文本类文件的字符编码；其他格式为空字符串。", example="gb18030"),
    )

    @pre_dump
    def _flat(self, answer: FileSummary, **_: Any) -> dict[str, Any]:
        of_text = {
            item.name: getattr(answer.summary, item.name) for item in dataclasses.fields(Summary)
        }
        document = answer.document
        return of_text | {"extracted_text": document.text, "encoding": document.encoding}


class LimitsSchema(Schema):
    """请求的限制。"""

    max_text_characters = _count("text 去除首尾空白后的最多码点数。")
    max_title_characters = _count("title 的最多码点数。")
    max_points = _count("max_points 的上限。")
    min_summary_chars = _count("max_summary_chars 的下限。")
    max_summary_chars = _count("max_summary_chars 的上限。")
    max_batch_items = _count("批量请求的最多报告份数。")
    max_batch_characters = _count("批量请求中各份报告合计的最多码点数。")
    max_body_bytes = _count("JSON 请求体的最多字节数。")
    max_file_bytes = _count("上传文件的最多字节数。")


class ServiceInfoSchema(Schema):
    """服务信息。"""

    version = fields.String(required=True, metadata=_described("服务版本。", example="0.1.0"))
    model = fields.Nested(ModelCardSchema, required=True)
    limits = fields.Nested(LimitsSchema, required=True)


class HealthStatus(StrEnum):
    """What a probe says; only good answers have one."""

    OK = "ok"


class HealthSchema(Schema):
    """探针的回答。"""

    status = fields.Enum(
        HealthStatus,
        by_value=fields.String,
        required=True,
        metadata=_described("固定为 ok。"),
    )


class FieldErrorSchema(Schema):
    """请求体中的一处错误。"""

    pointer = fields.String(
        required=True,
        metadata=_described(
            "出错字段的 JSON Pointer（RFC 6901）；空字符串指整个请求体。", example="/max_points"
        ),
    )
    message = fields.String(required=True, metadata=_described("错误说明。"))


class ProblemSchema(Schema):
    """错误（RFC 9457，application/problem+json）。"""

    type = fields.String(
        required=True,
        metadata=_described(
            "错误类型的 URI。", format="uri", example="urn:huibao:problem:validation_failed"
        ),
    )
    title = fields.String(required=True, metadata=_described("错误类型的简短名称。"))
    status = fields.Integer(
        required=True, validate=validate.Range(400, 599), metadata=_described("HTTP 状态码。")
    )
    detail = fields.String(required=True, metadata=_described("这一次错误的说明。"))
    code = fields.Enum(
        ProblemCode,
        by_value=fields.String,
        required=True,
        metadata=_described("错误代码，供程序判断。"),
    )
    errors = fields.List(
        fields.Nested(FieldErrorSchema), metadata=_described("各字段的错误；仅在与字段有关时返回。")
    )
    request_id = fields.String(
        required=True, metadata=_described("本次请求的编号，与响应头 X-Request-Id 相同。")
    )

    @post_dump
    def _drop_absent(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value}


class SummaryBatchResultSchema(Schema):
    """批量请求中一份报告的结果：成功时有 result，否则有 problem。"""

    id = fields.String(required=True, metadata=_described("请求中的编号。"))
    status = fields.Integer(
        required=True,
        validate=validate.Range(200, 599),
        metadata=_described("单独提交这份报告会得到的 HTTP 状态码；200 为成功。"),
    )
    result = fields.Nested(SummaryResponseSchema)
    problem = fields.Nested(ProblemSchema)

    @post_dump
    def _drop_absent(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value is not None}


class SummaryBatchResponseSchema(Schema):
    """批量请求的结果。"""

    results = fields.List(
        fields.Nested(SummaryBatchResultSchema),
        required=True,
        metadata=_described("每份报告的结果，顺序与请求相同。"),
    )
