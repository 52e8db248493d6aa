"""Every sentence that a person reads, Chinese beside English."""

from __future__ import annotations

from index.errors import CorpusError, Fault, FaultKind
from index.formats.document import Format

WORDING: dict[str, dict[str, str]] = {
    "silent": {
        "zh": "协议对此没有规定。",
        "en": "The agreements say nothing on this.",
    },
    "silent_one": {
        "zh": "《{agreement}》对此没有规定。",
        "en": "{agreement} says nothing on this.",
    },
    "silent_period": {
        "zh": "《{agreement}》没有规定这样的期限。",
        "en": "{agreement} sets no such period.",
    },
    "out_of_scope": {
        "zh": "这个问题不在协议范围内。我只回答这些协议的条款：{agreements}。",
        "en": "This question is outside the agreements. I answer from these alone: {agreements}.",
    },
    "weak_evidence": {
        "zh": "没有找到能明确回答这个问题的条款。",
        "en": "I found no clause that clearly decides this.",
    },
    "empty": {
        "zh": "请输入一个问题。",
        "en": "Please type a question.",
    },
    "too_long": {
        "zh": "问题太长（上限 {limit} 字）。请只写一个问题。",
        "en": "The question is too long (at most {limit} characters). Please ask one thing.",
    },
    "no_words": {
        "zh": "没有看到可以查找的文字。请用一句中文或英文提问。",
        "en": "I see no words to look for. Please ask in a sentence, in Chinese or English.",
    },
    "nearest": {
        "zh": "最接近的条款：{clauses}。",
        "en": "Nearest clauses: {clauses}.",
    },
    "clause": {
        "zh": "《{agreement}》{label}",
        "en": "{agreement}, {label}",
    },
    "under": {
        "zh": "（{title}）",
        "en": " ({title})",
    },
    "quote": {
        "zh": "“{quote}”",
        "en": "“{quote}”",
    },
    "unofficial": {
        "zh": "（非官方译文）",
        "en": "(unofficial translation; the original wording prevails)",
    },
    "join": {"zh": "、", "en": "; "},
    "compare": {"zh": "另见{clause}：{note}", "en": "Compare {clause}: {note}"},
    "note_exception": {
        "zh": "所引条款在说明例外时提到这一条。",
        "en": "The cited clause speaks of this one when it states an exception.",
    },
    "note_refers_to": {
        "zh": "所引条款提到这一条。",
        "en": "The cited clause refers to this one.",
    },
    "note_referred_by": {
        "zh": "这一条提到所引条款。",
        "en": "This clause refers to the cited one.",
    },
    # the page
    "tagline": {"zh": "协议条款问答", "en": "answers from the agreements"},
    "hero": {"zh": "问协议，得原文。", "en": "Ask the agreement. Get the clause."},
    "promise": {
        "zh": "每个回答都逐字引用条款；协议没有写的，就直说没有。",
        "en": "Every answer quotes a clause word for word. Where the agreements are silent, "
        "it says so.",
    },
    "examples": {"zh": "例如", "en": "For example"},
    "ask_label": {"zh": "您的问题", "en": "Your question"},
    "ask_hint": {
        "zh": "可用中文或英文提问",
        "en": "Ask in English or Chinese",
    },
    "agreement_label": {"zh": "在哪份协议中查找", "en": "Agreement to look in"},
    "all_agreements": {"zh": "全部协议", "en": "All agreements"},
    "send": {"zh": "提问", "en": "Ask"},
    "busy": {"zh": "正在查找条款…", "en": "Looking through the clauses…"},
    "language_label": {"zh": "界面语言", "en": "Language of the page"},
    "skip": {"zh": "跳到提问框", "en": "Skip to the question"},
    "conversation": {"zh": "问答", "en": "Conversation"},
    "restart": {"zh": "重新开始", "en": "Start over"},
    "question_label": {"zh": "问", "en": "Question"},
    "share": {"zh": "分享", "en": "Share"},
    "copy_link": {"zh": "复制链接", "en": "Copy link"},
    "link_copied": {"zh": "链接已复制", "en": "Link copied"},
    "copy_text": {"zh": "复制回答与引文", "en": "Copy answer with citations"},
    "text_copied": {"zh": "回答已复制", "en": "Answer copied"},
    "copy_failed": {
        "zh": "浏览器不允许复制，请改用下载。",
        "en": "The browser refused to copy. Download it instead.",
    },
    "download": {"zh": "下载", "en": "Download"},
    "download_markdown": {"zh": "Markdown", "en": "Markdown"},
    "download_html": {"zh": "网页（HTML）", "en": "Web page (HTML)"},
    "download_json": {"zh": "证据记录（JSON）", "en": "Evidence record (JSON)"},
    "rate": {"zh": "这个回答有帮助吗？", "en": "Did this help?"},
    "rate_helpful": {"zh": "有帮助", "en": "Helpful"},
    "rate_unhelpful": {"zh": "没有帮助", "en": "Not helpful"},
    "rate_why": {"zh": "哪里不对？", "en": "What was wrong?"},
    "reason_wrong_clause": {"zh": "条款不对", "en": "Wrong clause"},
    "reason_incomplete": {"zh": "不完整", "en": "Incomplete"},
    "reason_not_answered": {"zh": "没有回答问题", "en": "Question not answered"},
    "reason_other": {"zh": "其他", "en": "Something else"},
    "rate_note": {"zh": "补充说明（可不填）", "en": "In your words (optional)"},
    "rate_send": {"zh": "提交", "en": "Send"},
    "rate_close": {"zh": "收起", "en": "Close"},
    "rate_saved": {"zh": "谢谢，已记录。", "en": "Thank you. Noted."},
    "rate_failed": {"zh": "没能保存。", "en": "That could not be saved."},
    "try_again": {"zh": "再试一次", "en": "Try again"},
    "lost": {
        "zh": "服务器没有回应，正在重试。",
        "en": "The server does not answer; still trying.",
    },
    "too_busy": {
        "zh": "现在提问的人很多，请在 {seconds} 秒后再试。您的问题还在框里。",
        "en": "Many people are asking. Try again in {seconds} s; your question is still in "
        "the box.",
    },
    "announce_answered": {
        "zh": "已回答，引用 {count} 条条款。",
        "en": "Answered; clauses cited: {count}.",
    },
    "deciding": {"zh": "依据", "en": "Decided by"},
    "also": {"zh": "相关条款", "en": "See also"},
    "differs": {"zh": "另有条款说法不同", "en": "Another clause differs"},
    "differ": {"zh": "另有条款说法不同", "en": "Other clauses differ"},
    "related": {"zh": "一并阅读", "en": "Read with it"},
    "open_clause": {"zh": "查看协议原文", "en": "Open in the agreement"},
    "open_clause_label": {
        "zh": "在协议原文中查看 {clause}",
        "en": "Open {clause} in the agreement",
    },
    "whole_clause": {"zh": "条款全文", "en": "Whole clause"},
    "unofficial_tag": {"zh": "非官方译文", "en": "Unofficial translation"},
    "abstained_silent": {"zh": "协议未规定", "en": "Not in the agreements"},
    "abstained_weak_evidence": {"zh": "没有明确依据", "en": "No clear clause"},
    "abstained_out_of_scope": {"zh": "不在范围内", "en": "Out of scope"},
    "abstained_invalid": {"zh": "无法查找", "en": "Not a question"},
    "abstained_failed": {"zh": "出错了", "en": "Something failed"},
    "nearest_label": {"zh": "最接近的条款", "en": "Nearest clauses"},
    "failed": {
        "zh": "这个问题没能处理完，请再试一次。若仍不行，请联系管理员查看日志。",
        "en": "This question could not be finished. Please try again; if it fails again, the "
        "log says why.",
    },
    "agreement_view": {"zh": "协议原文", "en": "The agreements"},
    "agreement_view_hint": {
        "zh": "回答只来自这些协议。点开可读全文。",
        "en": "Answers come from these alone. Open one to read it whole.",
    },
    "clause_count": {"zh": "{count} 条", "en": "{count} clauses"},
    "version": {"zh": "版本 {version}", "en": "Version {version}"},
    "contents": {"zh": "目录", "en": "Contents"},
    "understood": {
        "zh": "本协议如何被读取：{clauses} 条，{doubts} 处存疑",
        "en": "Read as {clauses} clauses, {doubts} in doubt",
    },
    "set_aside": {"zh": "不属正文（{reason}）：{words}", "en": "set aside ({reason}): {words}"},
    "in_doubt": {"zh": "存疑：{words}", "en": "in doubt: {words}"},
    "aside_artefact": {"zh": "编辑软件的残留", "en": "artefact"},
    "aside_marker": {"zh": "孤立的符号", "en": "marker"},
    "aside_rule": {"zh": "分隔线", "en": "rule"},
    "aside_button": {"zh": "网页按钮", "en": "button"},
    "aside_menu": {"zh": "菜单", "en": "menu"},
    "aside_foot of a page": {"zh": "页脚", "en": "foot of a page"},
    "aside_table of contents": {"zh": "目录", "en": "table of contents"},
    "odd_follows": {"zh": "{label} 紧接在 {other} 之后", "en": "{label} follows {other}"},
    "odd_follows_number": {
        "zh": "{label} 紧接在第 {other} 号之后",
        "en": "{label} follows number {other}",
    },
    "odd_comes_after": {
        "zh": "{label} 排在第 {other} 号之后",
        "en": "{label} comes after number {other}",
    },
    "odd_twice": {"zh": "{label} 出现了两次", "en": "{label} is printed twice"},
    "odd_starts_again": {
        "zh": "编号从 {label} 重新开始",
        "en": "numbering starts again at {label}",
    },
    "odd_begins": {"zh": "编号从 {label} 开始", "en": "numbering begins with {label}"},
    "odd_begins_below": {
        "zh": "{other} 之下的编号从 {label} 开始",
        "en": "numbers below {other} begin with {label}",
    },
    "odd_begins_list": {"zh": "列表从 {label} 开始", "en": "a list begins with {label}"},
    "odd_stands_below": {"zh": "{label} 位于 {other} 之下", "en": "{label} stands below {other}"},
    "odd_opens_nothing": {
        "zh": "{label} 位于行首，但不是条款的开头",
        "en": "{label} begins a line but no clause",
    },
    "odd_repeats": {
        "zh": "编号 {label} 重复，标识为 {other}",
        "en": "label {label} repeats; its id is {other}",
    },
    "all_titles": {"zh": "全部协议", "en": "All agreements"},
    "no_agreements": {
        "zh": "还没有协议。把协议文件放进 corpus 文件夹，本页会自动读取。",
        "en": "There are no agreements yet. Put their files into the corpus folder.",
    },
    "find": {"zh": "在本协议中查找", "en": "Find in this agreement"},
    "find_next": {"zh": "下一处", "en": "Next match"},
    "find_previous": {"zh": "上一处", "en": "Previous match"},
    "find_none": {"zh": "没有找到", "en": "No match"},
    "more_links": {"zh": "更多", "en": "More"},
    "api_link": {"zh": "接口文档", "en": "API"},
    "widget_link": {"zh": "嵌入到您的网站", "en": "Embed it in your site"},
    "close": {"zh": "返回", "en": "Back"},
    "not_advice": {
        "zh": "本页不构成法律意见。",
        "en": "This page is not legal advice.",
    },
    "original_prevails": {
        "zh": "以协议原文为准；译文为非官方译文，仅供参考。",
        "en": "The original wording of the agreements prevails; translations are unofficial.",
    },
    # the record of an answer
    "record": {"zh": "回答记录", "en": "Record of an answer"},
    "record_asked": {
        "zh": "回答记录 · 提问于 {time}（UTC）",
        "en": "Record of an answer · asked {time} UTC",
    },
    "record_question": {"zh": "问题", "en": "Question"},
    "record_history": {"zh": "此前的问题", "en": "Questions before it"},
    "record_answer": {"zh": "回答", "en": "Answer"},
    "record_clauses": {"zh": "引用的条款", "en": "Clauses cited"},
    "record_proof": {"zh": "核验", "en": "To verify it"},
    "record_how": {
        "zh": "以下摘要由本记录的 JSON 算出；改动任何一字，摘要即不同。",
        "en": "The digest is that of this record as JSON; a single letter changed makes another.",
    },
    "record_generation": {"zh": "索引版本", "en": "Generation of the index"},
    "record_model": {"zh": "模型指纹", "en": "Fingerprint of the model"},
    "record_id": {"zh": "回答编号", "en": "Id of the answer"},
    "record_digest": {"zh": "记录摘要（SHA-256）", "en": "Digest of the record (SHA-256)"},
    "record_no_question": {"zh": "（问题未保存）", "en": "(the question was not kept)"},
    "record_no_text": {
        "zh": "（回答的文字未保存）",
        "en": "(the words of the answer were not kept)",
    },
    "no_version": {"zh": "未注明版本", "en": "no version stated"},
    "record_current": {
        "zh": "已与现行协议核对：引用的条款均未变化。",
        "en": "Held against the agreements of today: every clause cited still reads the same.",
    },
    "record_stale": {
        "zh": "请注意：回答之后，引用的条款有变化，见各条款下的说明。",
        "en": "Please note: clauses cited here have changed since the answer; see below each.",
    },
    "clause_changed": {
        "zh": "此条款在回答之后已有改动。{label} 现在的文字：",
        "en": "This clause has changed since the answer. {label} now reads:",
    },
    "clause_moved": {
        "zh": "此条款的文字未变，编号现为 {label}。",
        "en": "The words of this clause stand unchanged, now numbered {label}.",
    },
    "clause_gone": {
        "zh": "此条款（{label}）已不在协议中。",
        "en": "This clause ({label}) is no longer in the agreement.",
    },
    # the desk
    "desk_greeting": {"zh": "您好！", "en": "Hello,"},
    "desk_opening": {
        "zh": "感谢您的来信。以下逐一回复您的问题，并引用协议原文。",
        "en": "Thank you for your message. Your questions are taken in turn below, with the words "
        "of the agreement.",
    },
    "desk_opening_unsettled": {
        "zh": "感谢您的来信。以下逐一回复您的问题。",
        "en": "Thank you for your message. Your questions are taken in turn below.",
    },
    "desk_no_question": {
        "zh": "感谢您的来信。请问您想了解协议中的哪一点？请用一句话写下您的问题。",
        "en": "Thank you for your message. Which point of the agreement would you like to know "
        "about? Please put it in one sentence.",
    },
    "desk_regarding": {"zh": "关于“{question}”：", "en": "Regarding “{question}”:"},
    "desk_settled": {"zh": "{clause}的规定是：", "en": "{clause} reads:"},
    "desk_also": {"zh": "{clause}另有规定：", "en": "Please also see {clause}, which reads:"},
    "desk_leads_in": {
        "zh": "{clause}在所列各项之前规定：",
        "en": "{clause} says, before the items that it lists:",
    },
    "desk_leads_in_also": {
        "zh": "{clause}另有规定，在所列各项之前写明：",
        "en": "Please also see {clause}, which says, before the items that it lists:",
    },
    "desk_of_these": {"zh": "其中{clause}为：", "en": "Of these, {clause} reads:"},
    "desk_silent": {
        "zh": "协议对此没有规定。请告诉我们这一问题涉及哪项服务，以及您遇到的具体情况。",
        "en": "The agreement does not settle this point. Could you tell us which service it "
        "concerns, and what your situation is?",
    },
    "desk_weak_evidence": {
        "zh": "协议中没有条款明确规定这一点。请再具体说明一下：发生了什么、涉及哪项服务？",
        "en": "No clause of the agreement clearly settles this point. Could you describe it in a "
        "little more detail: what happened, and which service does it concern?",
    },
    "desk_out_of_scope": {
        "zh": "这一点不在协议的规定范围内。请问它与协议项下的哪项服务有关？",
        "en": "This point lies outside the agreement. Could you tell us which service under the "
        "agreement it relates to?",
    },
    "desk_invalid": {
        "zh": "我们没有看明白这个问题。请用一句完整的话再说明一下。",
        "en": "We could not make out this question. Could you put it in one full sentence?",
    },
    "desk_closing": {
        "zh": "以上如有不清楚之处，请直接回复。",
        "en": "If anything above is unclear, please reply to this message.",
    },
    "desk_regards": {"zh": "祝好！", "en": "Kind regards"},
    "gap_question": {"zh": "问题", "en": "Question"},
    "gap_examples": {"zh": "相近的其他问法", "en": "Asked in other words"},
    "gap_agreements": {"zh": "所问协议", "en": "Asked of"},
    "gap_all_agreements": {"zh": "全部协议", "en": "All agreements"},
    "gap_said": {"zh": "访客的评语", "en": "What askers said"},
    "gap_count": {"zh": "次数", "en": "Times asked"},
    "gap_abstained": {"zh": "其中：未回答", "en": "Of these: not answered"},
    "gap_wrong": {"zh": "其中：被评为错误", "en": "Of these: marked wrong"},
    "gap_incomplete": {"zh": "其中：被评为不完整", "en": "Of these: marked incomplete"},
    "gap_weak": {"zh": "其中：依据薄弱", "en": "Of these: answered weakly"},
    "gap_state": {"zh": "处理状态", "en": "State"},
    "gap_note": {"zh": "备注", "en": "Note"},
    "gap_who": {"zh": "标记人", "en": "Marked by"},
    "gap_marked_at": {"zh": "标记时间（UTC）", "en": "Marked at (UTC)"},
    "gap_first_at": {"zh": "首次提问（UTC）", "en": "First asked (UTC)"},
    "gap_last_at": {"zh": "最近提问（UTC）", "en": "Last asked (UTC)"},
    "gap_near": {"zh": "最接近的条款", "en": "Nearest clauses"},
    "gap_week": {"zh": "{begins} 起一周", "en": "Week from {begins}"},
    "gap_state_new": {"zh": "新问题", "en": "New"},
    "gap_state_answered_elsewhere": {"zh": "别处已有答案", "en": "Answered elsewhere"},
    "gap_state_should_say": {"zh": "协议应写明", "en": "The agreement should say it"},
    "gap_state_ignored": {"zh": "不处理", "en": "Ignored"},
}

EXAMPLES: dict[str, tuple[str, ...]] = {
    "zh": (
        "协议终止后数据保留多久？",
        "账户余额不足会怎么样？",
        "修改协议会提前通知我吗？",
        "发生争议由哪里的法院管辖？",
    ),
    "en": (
        "How long is data kept after termination?",
        "What happens if my balance runs out?",
        "Can the terms change without notice?",
        "Which court hears a dispute?",
    ),
}


def say(key: str, language: str, **values: object) -> str:
    """Return one sentence in ``language`` with its blanks filled in."""
    return WORDING[key][language].format(**values)


CHINESE = {
    FaultKind.TOO_LARGE: "超过 {most:,} 字节，请拆分。",
    FaultKind.NOT_TEXT: "不是 UTF-8、UTF-16 或 GB18030 编码的文本，请另存为 UTF-8。",
    FaultKind.BINARY: "含有二进制数据，请提供纯文本的协议。",
    FaultKind.LINES: "超过 {most:,} 行，请拆分。",
    FaultKind.EMPTY: "是空的，请写入协议的文字，或删除它。",
    FaultKind.CHECKSUM: "的 SHA-256 是 {found}，但 {file} 写的是 {stated}。"
    "请恢复原文件；如果确实要改，请更正校验和。",
    FaultKind.TITLES_ALONE: "只有标题，没有条款，请补上正文。",
    FaultKind.OLD_WORD: "已加密，或是 Word 2007 之前的格式，请另存为不带密码的 .docx。",
    FaultKind.OTHER_FORMAT: "的内容是{found}，后缀却是 {ending}，请改用与内容相符的后缀。",
    FaultKind.SLOW: "读取时间过长，请重新保存或拆分；上限是 {megabytes} MB 内存、{seconds} 秒。",
    FaultKind.HEAVY: "超出读取的上限，请重新保存或拆分；上限是 {megabytes} MB 内存、{seconds} 秒。",
    FaultKind.MEMORY: "读取所需内存超过 {megabytes} MB，请拆分。",
    FaultKind.NESTED: "嵌套过深，请另存为纯文本。",
    FaultKind.DAMAGED: "已损坏（{how}），请重新保存，或另存为纯文本。",
    FaultKind.LONG: "超过 {most:,} 个字符，请拆分。",
    FaultKind.NO_TEXT: "没有文字，请提供含有文字的文件。",
    FaultKind.REACHES_OUT: "试图访问网络或运行程序，请提供纯文本。",
    FaultKind.ENCRYPTED: "已加密，请保存为不带密码的文件。",
    FaultKind.ENTITIES: "自行定义了实体，请用原来的程序重新保存。",
    FaultKind.NOT_WORD: "不是 Word 文档，请另存为 .docx。",
    FaultKind.DAMAGED_ARCHIVE: "的压缩包已损坏，请用 Word 重新保存。",
    FaultKind.UNPACKS: "解压后比任何协议都大，请用 Word 重新保存。",
    FaultKind.DAMAGED_XML: "的 XML 已损坏，请用 Word 重新保存。",
    FaultKind.PAGES: "超过 {most:,} 页，请拆分。",
    FaultKind.SCANNED: "没有文字，只有文字的图片，请先做文字识别（OCR）。",
    FaultKind.NO_PAGES: "没有页面，请重新保存。",
    FaultKind.DAMAGED_PDF: "是损坏的 PDF，请重新保存。",
    FaultKind.LONG_CLAUSE: "有一条条款超过 {most:,} 个字符，请给其中各部分编号。",
    FaultKind.CLAUSES: "超过 {most:,} 条条款，审阅会让人久等。"
    "请拆分，或放入协议文件夹后运行：python -m index build",
    FaultKind.ORPHAN: "在协议文件夹中没有对应的协议，会随这份协议一起读入。"
    "请删除或改名，或用别的名称上传协议。",
    FaultKind.NO_LETTER: "“{name}”在 {ending} 之前没有字母、汉字或数字，请取一个名称。",
    FaultKind.KEPT_NAME: "“{name}”是系统保留的名称，请改名。",
    FaultKind.LONG_NAME: "以“{name}”开头的名称过长，请缩短。",
    FaultKind.ALIKE: "“{name}”会成为“{found}”，与已有的“{other}”在有些系统上无法区分。"
    "请作为“{other}”的新版本上传，或改名。",
    FaultKind.NO_NAME: "文件名须有 1 至 {most} 个字符。",
    FaultKind.UNSEEN_NAME: "{name!r} 含有看不见的字符，请改名。",
    FaultKind.FOLDER: "“{name}”带有文件夹，请只给文件名。",
    FaultKind.OTHER_ENDING: "“{name}”的后缀不是 {known} 之一，请另存为其中一种。",
    FaultKind.LONG_VALUE: "“{name}”过长；最多 {most} 个字符、{names} 个名称。",
    FaultKind.UNSEEN_VALUE: "“{name}”含有看不见的字符，请重新输入。",
    FaultKind.OTHER_LANGUAGE: "语言只能是 {known} 之一，或留空。",
    FaultKind.UNKNOWN: "没有 {name!r} 这份协议，不能作为它的新版本。现有：{known}。",
}
FORMATS = {
    Format.TEXT: "文本",
    Format.HTML: "网页",
    Format.DOCX: "Word 文档或其他 ZIP 压缩包",
    Format.PDF: " PDF ",
    Format.OLE: "旧版 Office 文件",
    Format.OTHER: "图片、压缩包或程序",
}


def say_fault(fault: Fault, language: str) -> str:
    """Say what is wrong with a file and what to do, the file itself not named."""
    if language == "en":
        return str(fault)
    values = {
        name: FORMATS[value] if isinstance(value, Format) else value
        for name, value in fault.values.items()
    }
    return CHINESE[fault.kind].format(**values)


def say_file_error(error: CorpusError, language: str) -> str:
    """Say what is wrong with which file, and where in it; in English where it has no fault."""
    if error.fault is None or language == "en":
        return str(error)
    place = "" if error.path is None else f"{error.path} "
    line = "" if error.line is None else f"第 {error.line} 行"
    return f"{place}{line}{say_fault(error.fault, language)}"
