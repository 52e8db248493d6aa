"""Asks for each locked package whether its release has a known vulnerability: ``make audit``.

pip-audit says "no known vulnerabilities" of packages that nobody could tell it about, too. Here
an audit has looked at every package of the locks, or it has failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.lock import LOCKS, pins

ROOT = Path(__file__).resolve().parents[1]
_OFFLINE = (
    "The advisories could not be asked for: this machine reaches no server of theirs, or one that "
    "does not tell. Run it where pypi.org answers. Nothing is known to be safe or unsafe."
)


def judge(report: Mapping[str, Any], wanted: Mapping[str, str]) -> list[str]:
    """Return what is wrong, in sentences: what is vulnerable, and what nobody looked at."""
    rows = {row["name"].lower(): row for row in report.get("dependencies", ())}
    looked_at = {name for name, row in rows.items() if "skip_reason" not in row} & set(wanted)
    if not looked_at:
        return [f"none of {len(wanted)} packages was audited. {_OFFLINE}"]
    wrong = [
        f"{name} {wanted[name]}: {found['id']}, mended in "
        f"{', '.join(found.get('fix_versions') or ()) or 'no release yet'}."
        for name in sorted(looked_at)
        for found in rows[name].get("vulns", ())
    ]
    if missed := sorted(set(wanted) - looked_at):
        wrong.append(f"{len(missed)} packages were not audited: {', '.join(missed)}.")
    return wrong


def main() -> int:
    """Audit the locks."""
    wanted: dict[str, str] = {}
    for name in LOCKS:
        wanted |= pins((ROOT / name).read_text())
    with TemporaryDirectory() as place:
        listed, out = Path(place) / "requirements.txt", Path(place) / "report.json"
        listed.write_text("".join(f"{name}=={wanted[name]}\n" for name in sorted(wanted)))
        done = subprocess.run(  # noqa: S603 - our own words
            [ROOT / "var/tools/bin/pip-audit", "--disable-pip", "--no-deps", "--format", "json",
             "--progress-spinner", "off", "--requirement", listed, "--output", out],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        report = json.loads(out.read_text()) if out.exists() and out.stat().st_size else {}
    wrong = judge(report, wanted)
    for sentence in wrong:
        print(f"error: {sentence}", file=sys.stderr)
    if not report:
        print("\n".join(done.stderr.splitlines()[-1:]), file=sys.stderr)
    if not wrong:
        print(f"{len(wanted)} packages were audited; none has a known vulnerability.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
