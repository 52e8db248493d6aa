"""Secrets: the keys of well-known services and our own, tokens, passwords that are called so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.storage.masking.kinds import Kind, Span

# As their issuers document them; the first two are ours (bot/people/passwords.py, web/sites.py).
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"cb_(?:widget|program|agent)_[\w-]{16,}"
    r"|pk_[\w-]{8,80}"
    r"|[srw]k_(?:live|test)_\w{10,}|whsec_\w{16,}"  # Stripe
    r"|sk-(?=[\w-]{0,200}[0-9])[\w-]{16,}"  # OpenAI, Anthropic, DeepSeek and their like
    r"|(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}"  # AWS
    r"|LTAI[A-Za-z0-9]{12,}|AKID[A-Za-z0-9]{13,}"  # Alibaba, Tencent
    r"|gh[opsur]_\w{20,}|github_pat_\w{20,}"
    r"|gl(?:pat|dt|rt|cbt)-[\w-]{16,}"  # GitLab
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}"  # Slack
    r"|AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}"  # Google
    r"|hf_[A-Za-z0-9]{20,}|npm_\w{30,}|pypi-[\w-]{16,}|dckr_pat_[\w-]{16,}"
    r"|SG\.[\w-]{16,}\.[\w-]{16,}"  # SendGrid
    r"|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}"  # JSON Web Tokens
    r")",
    re.ASCII,
)
_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:.*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|.*)",
    re.DOTALL,
)
_OWN_SESSION = re.compile(  # a session's token; what a known browser keeps
    r"(?<![\w.-])(?:[\w-]{43}|[\w-]{22}\.[0-9a-f]{64})(?![\w-])",
    re.ASCII,
)
_CHANGES = re.compile(r"(?<=[a-z])(?![a-z])|(?<=[A-Z])(?![A-Z])|(?<=[0-9])(?![0-9])")
_FEWEST_CHANGES = 15  # from a small letter to a capital and so on: chance makes 26, words make 10
_IN_ADDRESS = re.compile(r"://[^\s/:@]{1,64}:(?P<key>[^\s/@]{1,128})@")
_CALLED = re.compile(
    r"(?:(?:bearer|authorization: ?basic) +|"
    r"(?:密码|口令|密钥|令牌)(?: ?(?:是|为|:|=)| )? ?|"
    r"(?<![a-z])(?:my |the |your )?(?:[a-z0-9]{1,20}[_-]){0,4}"
    r"(?:pass(?:word|wd|code|phrase)|pwd|secret|(?:api|access|secret|private)[ _-]?key|key|token)"
    r"(?: ?[:=]| is| was)[ \"']{0,2})"
    r"(?P<key>[!-+\--Z^-~]{6,200})",
    re.IGNORECASE,
)
_ENDS = ".:;?)\"'>}"


def find_keys(plain: str) -> Iterator[Span]:
    """Yield what opens something to whoever knows it; they may overlap."""
    for pattern in (_PEM, _KNOWN):
        for match in pattern.finditer(plain):
            yield Span(*match.span(), Kind.KEY)
    for match in _OWN_SESSION.finditer(plain):
        if len(_CHANGES.findall(match[0])) >= _FEWEST_CHANGES:
            yield Span(*match.span(), Kind.KEY)
    for match in _IN_ADDRESS.finditer(plain):
        yield Span(*match.span("key"), Kind.KEY)
    for match in _CALLED.finditer(plain):
        key = match["key"].rstrip(_ENDS)
        if _is_secret(match[0], key):
            yield Span(match.start("key"), match.start("key") + len(key), Kind.KEY)


def _is_secret(said: str, key: str) -> bool:
    """Return whether a word that was called a password or key may be one, and no plain word."""
    if len(key) < 6 or not any(char.isdigit() for char in key):
        return False
    return not key.isdigit() or re.match(r"密码|口令|.*pass|.*pwd", said, re.IGNORECASE) is not None
