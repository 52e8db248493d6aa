"""An agreement as a web page, with what surrounds one when it is saved from a browser."""

from __future__ import annotations

from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape

from tests.samples.parts import Part

_HEAD = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>{title} - 某平台</title>
<style>.cookie-bar {{ position: fixed }} p::before {{ content: "x" }}</style>
<script>window.terms = "第一百条 本条由脚本写成。";</script></head>
<body class="has-cookie-bar">
<a class="skip-link" href="#main">跳到正文</a>
<nav><ul><li><a href="/">首页</a></li><li><a href="/docs">文档</a></li><li>价格</li></ul></nav>
<div id="cookie-banner" role="dialog"><p>我们用 cookies，请接受。</p>
<button>全部接受</button></div>
<div class="breadcrumb">首页 &gt; 法律 &gt; {title}</div>
<main><article>
"""
_FOOT = """</article></main>
<div style="display: none">不显示的话。</div>
<div class="back-to-top"><a href="#">返回顶部</a></div>
<footer><p>版权所有 © 某平台</p><p>京ICP备00000000号</p></footer>
</body></html>
"""
_AT = "https://platform.example"
_SHEET = ".off { display: none }"


def write_page(parts: list[Part], title: str) -> bytes:
    """Return the bytes of the page."""
    lines, in_list = [], False
    for part in parts:
        is_entry = part.label.startswith("- ")
        if is_entry != in_list:
            lines.append("<ul>" if is_entry else "</ul>")
            in_list = is_entry
        words = escape(part.line.removeprefix("- "))
        tag = "li" if is_entry else f"h{part.heading}" if part.heading else "p"
        lines.append(f"<{tag}>{words}</{tag}>")
    lines.append("</ul>" if in_list else "")
    return (_HEAD.format(title=escape(title)) + "\n".join(lines) + _FOOT).encode()


def write_saved(parts: list[Part], title: str) -> bytes:
    """Return the bytes of the page in one file with its style sheet, as browsers save it."""
    link = f'<link rel="stylesheet" href="{_AT}/a.css"><style>'
    words = write_page(parts, title).decode().replace("<style>", link)
    page = MIMEText(words.replace('style="display: none"', 'class="off"'), "html", "utf-8")
    sheet = MIMEText(_SHEET, "css", "utf-8")
    page["Content-Location"], sheet["Content-Location"] = f"{_AT}/terms", f"{_AT}/a.css"
    whole = MIMEMultipart("related")
    whole.attach(page)
    whole.attach(sheet)
    return whole.as_bytes()
