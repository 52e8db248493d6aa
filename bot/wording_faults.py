"""What is wrong with a file or its name, in Chinese beside the English of ``index.fault``."""

from __future__ import annotations

from index.errors import CorpusError, Fault, FaultKind
from index.formats.document import Format

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
