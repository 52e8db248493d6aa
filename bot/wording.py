"""Every sentence that a person reads, Chinese beside English."""

from __future__ import annotations

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
    "link": {"zh": "复制此问题的链接", "en": "Copy link to this question"},
    "link_copied": {"zh": "链接已复制", "en": "Link copied"},
    "announce_answered": {
        "zh": "已回答，引用 {count} 条条款。",
        "en": "Answered; clauses cited: {count}.",
    },
    "deciding": {"zh": "依据", "en": "Decided by"},
    "also": {"zh": "相关条款", "en": "See also"},
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
        "en": "How this agreement was read: {clauses} clauses, {doubts} in doubt",
    },
    "set_aside": {"zh": "不属正文（{reason}）：{words}", "en": "set aside ({reason}): {words}"},
    "in_doubt": {"zh": "存疑：{words}", "en": "in doubt: {words}"},
    "all_titles": {"zh": "全部协议", "en": "All agreements"},
    "close": {"zh": "返回", "en": "Back"},
    "not_advice": {
        "zh": "本页不构成法律意见。",
        "en": "This page is not legal advice.",
    },
    "original_prevails": {
        "zh": "以协议的中文原文为准；译文为非官方译文，仅供参考。",
        "en": "The Chinese text of the agreements prevails; translations are unofficial.",
    },
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
