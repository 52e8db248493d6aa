"""An OpenDocument text is read as LibreOffice shows it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from index.agreement import read_text
from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.formats.odt import read_odt
from index.segmentation.doubts import OddityKind
from tests.samples.office import list_style, raw_odt

NUMBERS = list_style("L", (("1", "", "."), ("a", "(", ")"), ("i", "(", ")")))
LEGAL = NUMBERS.replace('level="2" style', 'level="2" text:display-levels="2" style').replace(
    '"a" style:num-prefix="(" style:num-suffix=")"', '"1"'
)


def item(*inner: str, start: str = "") -> str:
    return f"<text:list-item{start}>{''.join(inner)}</text:list-item>"


def listed(*items: str, extra: str = "") -> str:
    return f'<text:list text:style-name="L"{extra}>{"".join(items)}</text:list>'


def p(words: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{words}</text:p>'


def read(body: str, styles: str = "") -> Blocks:
    return read_odt(raw_odt(body, styles=styles))


def test_a_document_packed_anew_is_one_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "terms.odt", "w", zipfile.ZIP_DEFLATED) as target:
        packed = zipfile.ZipFile(io.BytesIO(raw_odt(p("1. You pay."))))
        for name in ("content.xml", "mimetype"):
            target.writestr(name, packed.read(name))
    assert read_text(tmp_path / "terms.odt") == "1. You pay.\n"


def test_a_password_is_said_before_its_words_are_looked_at() -> None:
    manifest = (
        b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry>'
        b"<m:encryption-data/></m:file-entry></m:manifest>"
    )
    files = {"META-INF/manifest.xml": manifest, "content.xml": b"\x8e\x01 enciphered"}
    with pytest.raises(RefusedError) as refused:
        read_odt(raw_odt("", files=files))
    assert refused.value.fault.kind is FaultKind.ENCRYPTED


def style(name: str, properties: str, family: str = "text", parent: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name='
        f'"{parent}"><style:text-properties {properties}/></style:style>'
    )


def test_lists_count_within_each_other_and_on() -> None:
    inner = "<text:list>" + item(p("a")) + item(p("b"), p("more")) + "</text:list>"
    other = "<text:list>" + item(p("c")) + "</text:list>"
    body = listed(item(p("one"), inner), item(p("two"), other))
    body += p("between") + listed(item(p("three")), extra=' text:continue-numbering="true"')
    body += listed(item(p("new"))) + listed(item(p("seven"), start=' text:start-value="7"'))
    assert read(body, NUMBERS).blocks == [
        "1. one", "(a) a", "(b) b", "more", "2. two", "(a) c", "between", "3. three", "1. new",
        "7. seven",
    ]  # fmt: skip


def test_a_level_may_print_those_above_it_and_a_list_may_be_named_to_go_on() -> None:
    body = listed(item(p("Fees")), extra=' xml:id="x"') + listed(item(p("other")))
    body += listed(
        item("<text:list>" + item(p("due")) + "</text:list>"), item(p("Ending")),
        extra=' text:continue-list="x"',
    )  # fmt: skip
    assert read(body, LEGAL).blocks == ["1. Fees", "1. other", "1.1 due", "2. Ending"]


def test_headings_have_their_depth_and_the_numbers_of_the_outline() -> None:
    outline = (
        LEGAL.replace('<text:list-style style:name="L">', "<text:outline-style>")
        .replace("list-level-style-number", "outline-level-style")
        .replace("</text:list-style>", "</text:outline-style>")
    )
    heading = '<text:h text:outline-level="{}">{}</text:h>'
    body = heading.format(1, "Fees") + heading.format(2, "Late") + heading.format(1, "Ending")
    assert read(body, outline).blocks == ["# 1. Fees", "## 1.1 Late", "# 2. Ending"]


def test_what_nobody_sees_is_left_out_and_noted() -> None:
    styles = style("Hid", 'text:display="none"') + style("Sub", "", parent="Hid")
    styles += style("Para", 'text:display="none"', "paragraph")
    body = p('Pay in 30 days.<text:span text:style-name="Sub"> [or 60]</text:span>')
    body += p("secret", "Para")
    body += f'<text:section text:display="none">{p("section")}</text:section>'
    body += p('<text:hidden-paragraph text:is-hidden="true"/>paragraph')
    body += (
        f"<text:tracked-changes><text:deletion>{p('gone')}</text:deletion></text:tracked-changes>"
    )
    body += p("End<office:annotation><text:p>why?</text:p></office:annotation>.")
    found = read(body, styles)
    assert found.blocks == ["Pay in 30 days.", "End."]
    words = [doubt.oddity.label for doubt in found.notes()]
    assert words == ["[or 60]", "secret", "section", "paragraph"]
    assert found.source.split("\n") == ["Pay in 30 days. [or 60]", *words[1:], "End."]


def test_blanks_boxes_and_footnotes_are_what_is_printed() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        f"{p('Bank days.')}</text:note-body></text:note>"
    )
    box = f"<draw:frame><draw:text-box>{p('In the box.')}</draw:text-box></draw:frame>"
    body = p(f"Pay\n  in<text:s text:c='3'/>30<text:tab/>days{note}.<text:line-break/>Now.{box}")
    assert read(body).blocks == ["Pay in 30 days[1].\nNow. [1] Bank days.", "In the box."]


def test_a_note_takes_not_the_number_of_the_item_it_stands_in() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        f"{p('Net.')}</text:note-body></text:note>"
    )
    assert read(listed(item(p(f"Fees{note}"))), NUMBERS).blocks == ["1. Fees[1] [1] Net."]


def test_merged_cells_keep_the_columns_in_their_place() -> None:
    cell = "<table:table-cell {}>{}</table:table-cell>"
    covered = "<table:covered-table-cell/>"
    rows = (
        cell.format('table:number-columns-spanned="2"', p("Plans")) + covered
        + cell.format("", p("Fee")),
        cell.format('table:number-rows-spanned="2"', p("Basic"))
        + cell.format("", p("a month")) + cell.format("", p("20")),
        covered + cell.format("", p("a year")) + cell.format("", p("200")),
    )  # fmt: skip
    shown = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    hidden = f"<table:table-row table:visibility='collapse'>{cell.format('', p('x'))}"
    found = read(f"<table:table>{shown}{hidden}</table:table-row></table:table>")
    assert found.blocks[0].split("\n") == [
        "| Plans |  | Fee |",
        "| Basic | a month | 20 |",
        "| Basic | a year | 200 |",
    ]
    assert [doubt.oddity.label for doubt in found.notes()] == ["x"]


HIDDEN_IN = {
    "a note": p(
        "Words<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        f"{p('Net.<text:span text:style-name=%s> a secret</text:span>')}</text:note-body>"
        "</text:note>"
    ) % "'Hid'",
    "a box": p(f"Words<draw:ellipse>{p('a secret', 'Hid')}</draw:ellipse>"),
    "a hidden frame": p(
        "Words<text:span text:style-name='Hid'><draw:frame><draw:text-box>"
        f"{p('a secret')}</draw:text-box></draw:frame></text:span>"
    ),
    "a cell that another covers": "<table:table><table:table-row><table:table-cell>"
    + p("Words") + "</table:table-cell><table:covered-table-cell>" + p("a secret")
    + "</table:covered-table-cell></table:table-row></table:table>",
    "a section whose condition holds": p("Words")
    + f'<text:section text:display="condition" text:is-hidden="true">{p("a secret")}'
    + "</text:section>",
    "a conditional piece": p('Words <text:hidden-text text:is-hidden="true">a secret'
                             "</text:hidden-text>"),
}  # fmt: skip


@pytest.mark.parametrize("body", HIDDEN_IN.values(), ids=HIDDEN_IN)
def test_whatever_nobody_sees_is_noted_and_not_lost(body: str) -> None:
    hid = style("Hid", 'text:display="none"') + style("Hid", 'text:display="none"', "paragraph")
    found = read(body, hid)
    assert "secret" not in found.text()
    assert [(doubt.oddity.kind, doubt.oddity.label) for doubt in found.notes()] == [
        (OddityKind.HIDDEN, "a secret")
    ]


def test_contents_are_set_aside_with_their_words() -> None:
    line = p("Fees<text:tab/>2")
    found = read(f"<text:table-of-content><text:index-body>{line * 2}</text:index-body>"
                 f"</text:table-of-content>{p('Words')}")  # fmt: skip
    assert [str(doubt.oddity) for doubt in found.notes()] == [
        "table of contents left out (10 characters): Fees 2 Fees 2"
    ]


def test_a_title_is_a_heading() -> None:
    named = style("P1", "", "paragraph", parent="Title")
    assert read(p("Acme Terms", "P1") + p("Words"), named).blocks == ["# Acme Terms", "Words"]
