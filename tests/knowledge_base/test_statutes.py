"""Law texts: read from files, kept by version, found by the names that people use."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.database import Database
from core.errors import ContentError
from knowledge_base.article_parts import cut_article, speakable
from knowledge_base.article_requests import ArticleRequest, find_article_request
from knowledge_base.citations import StatuteIndex
from knowledge_base.loader import Content
from knowledge_base.lookup import (
    ArticleFound,
    ArticleUnknown,
    LawUnknown,
    TextNotHeld,
    find_article,
)
from knowledge_base.statute_files import StatuteDocument, read_statute, statute_files
from knowledge_base.statute_texts import split_articles
from knowledge_base.statutes import import_statutes, list_statute_texts, texts_in_force
from tests.knowledge_base.conftest import TODAY

LAW = """{title}
（2007年6月29日第十届全国人民代表大会常务委员会通过　根据2012年12月28日《关于修改的决定》修正）

目　　录
　　第一章　总则
　　第二章　附则

第一章　总则
第一条　为了测试，制定本法。
第二条　下列情形之一的，适用本法：
（一）甲；
（二）乙，依照第一条办理。
　　第二章　附则
第三条　本法自2008年1月1日起施行。
"""
LABOUR_CONTRACT_LAW = LAW.format(title="中华人民共和国劳动合同法")


@pytest.fixture
def index(content: Content) -> StatuteIndex:
    return content.statutes


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def a_document(tmp_path: Path, text: str = LABOUR_CONTRACT_LAW) -> StatuteDocument:
    path = tmp_path / "law.txt"
    path.write_text(text, encoding="utf-8")
    return read_statute(path)


# --- reading ----------------------------------------------------------------------------------


def test_a_plain_text_gives_title_dates_and_articles_without_chapters(tmp_path: Path) -> None:
    document = a_document(tmp_path)
    assert document.title == "中华人民共和国劳动合同法"
    assert document.short_title == "劳动合同法"
    assert (document.version_on, document.effective_on) == (date(2012, 12, 28), date(2008, 1, 1))
    assert document.articles == {
        1: "为了测试，制定本法。",
        2: "下列情形之一的，适用本法：\n（一）甲；\n（二）乙，依照第一条办理。",
        3: "本法自2008年1月1日起施行。",
    }


def test_a_docx_gives_the_same(tmp_path: Path) -> None:
    made = docx.Document()
    for line in LABOUR_CONTRACT_LAW.splitlines():
        made.add_paragraph(line)
    made.save(str(tmp_path / "law.docx"))
    document = read_statute(tmp_path / "law.docx")
    plain = a_document(tmp_path)
    assert document.articles == plain.articles
    assert (document.title, document.version_on) == (plain.title, plain.version_on)


def test_old_windows_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "law.txt"
    path.write_bytes(LABOUR_CONTRACT_LAW.replace("\n", "\r\n").encode("gb18030"))
    assert read_statute(path).articles == a_document(tmp_path).articles


def test_a_quoted_article_number_does_not_begin_an_article() -> None:
    text = "第一条　依照：\n第一条　引文。\n第二条　结束。"
    assert split_articles(text) == {1: "依照：\n第一条　引文。", 2: "结束。"}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", "没有条文".encode(), "no article"),
        ("a.txt", "第一条　没有标题。".encode(), "no title was found"),
        ("a.txt", "某法\n第一条　没有日期。".encode(), "no date stands before"),
        ("a.md", "---\ntitle: 某法\n---\n### 第一条\n文。".encode(), "header: "),
        ("a.docx", b"not a zip", "not readable"),
        ("a.pdf", b"%PDF", r"only \.md, \.txt, \.docx can be read"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ContentError, match=reason) as caught:
        read_statute(path)
    assert str(caught.value).startswith(name)


def test_every_official_text_reads_alike_as_markdown_and_as_plain_text(
    statutes_folder: Path, tmp_path: Path
) -> None:
    for path in statute_files([statutes_folder]):
        document = read_statute(path)
        body = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        plain = re.sub(r"^#+ ", "", body, flags=re.MULTILINE)
        plain = re.sub(r"(?m)^(第[零一二三四五六七八九十百]+条)\n", r"\1　", plain)
        dated = f"{document.title}\n（2020年1月2日通过）\n{plain.strip().split(chr(10), 1)[1]}"
        assert a_document(tmp_path, dated).articles == document.articles, path.stem


# --- keeping ----------------------------------------------------------------------------------


def test_all_official_texts_are_imported_in_time_and_only_once(
    db: Session, index: StatuteIndex, clock: FixedClock, statutes_folder: Path
) -> None:
    begun = time.monotonic()
    documents = [read_statute(path) for path in statute_files([statutes_folder])]
    done = import_statutes(db, index, documents, clock.now())
    assert time.monotonic() - begun < 20
    assert len(done.new) == len(documents) == 54
    assert done.differing == ()
    assert {text.statute for text in done.new} == index.ids
    again = import_statutes(db, index, documents, clock.now())
    assert (again.new, again.unchanged) == ((), 54)


def test_versions_are_kept_and_the_one_in_force_is_told(
    db: Session, index: StatuteIndex, clock: FixedClock, tmp_path: Path
) -> None:
    old = a_document(tmp_path)
    amended = "修正　根据2026年10月1日《决定》修正　自2027年1月1日起施行）"
    text = LABOUR_CONTRACT_LAW.replace("修正）", amended).replace("为了测试", "为了新的测试")
    new = a_document(tmp_path, text)
    import_statutes(db, index, [old, new], clock.now())
    assert len(list_statute_texts(db)) == 2
    for day, words in ((TODAY, "为了测试"), (date(2027, 1, 1), "为了新的测试")):
        found = find_article(db, index, "劳动合同法", 1, day)
        assert isinstance(found, ArticleFound)
        assert found.words == f"{words}，制定本法。"


def test_another_number_of_articles_than_in_the_index_is_pointed_out(
    db: Session, index: StatuteIndex, clock: FixedClock, tmp_path: Path
) -> None:
    done = import_statutes(db, index, [a_document(tmp_path)], clock.now())
    assert done.differing == ("labour-contract-law",)


def test_a_law_outside_the_index_is_kept_under_its_title(
    db: Session, index: StatuteIndex, clock: FixedClock, tmp_path: Path
) -> None:
    text = LAW.format(title="东莞市\n石龙镇集市管理办法")
    import_statutes(db, index, [a_document(tmp_path, text)], clock.now())
    assert set(texts_in_force(db, TODAY)) == {"东莞市石龙镇集市管理办法"}
    assert isinstance(find_article(db, index, "石龙镇集市管理办法", 1, TODAY), LawUnknown)
    found = find_article(db, index, "东莞市石龙镇集市管理办法", 1, TODAY)
    assert isinstance(found, ArticleFound)


# --- asking -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "law", "article"),
    [
        ("劳动合同法第39条", "劳动合同法", 39),
        ("劳动法三十六条说什么", "劳动法", 36),
        ("article 47 labour contract law", "labour contract law", 47),
        ("《劳动合同法》第三十八条第一款第二项规定了什么？", "劳动合同法", 38),
        ("嗯我想问一下劳动合同法的第四十条是怎么规定的", "劳动合同法", 40),
        ("劳动合同法第一百零二条", "劳动合同法", 102),
        ("What does article forty-seven of the Labor Contract Law say?", "labour contract law", 47),
        ("labour law article one hundred and two", "labour law", 102),
        ("火星法第3条", "火星法", 3),
        ("第四十条呢", "", 40),
    ],
)
def test_a_question_for_an_article(words: str, law: str, article: int) -> None:
    assert find_article_request(words) == ArticleRequest(law, article)


@pytest.mark.parametrize(
    "words",
    [
        "劳动合同法第39条辞退有补偿吗",
        "被公司按劳动合同法第39条开除了怎么办",
        "我有三条意见",
        "身份证丢了一条",
        "一条龙服务",
        "劳动合同法",
        "an article about labour law",
        "article 5 of my contract with the landlord is unfair",
        "试用期多长",
        "",
    ],
)
def test_what_is_no_question_for_an_article(words: str) -> None:
    assert find_article_request(words) is None


def test_no_real_sample_is_taken_for_a_question_for_an_article(content: Content) -> None:
    taken = [
        sample
        for entry in content.entries.values()
        for sample in entry.all_samples()
        if find_article_request(sample) is not None
    ]
    assert taken == []


# --- finding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "statute"),
    [
        ("劳动合同法", "labour-contract-law"),
        ("中华人民共和国劳动合同法", "labour-contract-law"),
        ("《劳动法》", "labour-law"),
        ("社保法", "social-insurance-law"),
        ("工伤条例", "work-injury-insurance-regulations"),
        ("广东工伤条例", "gd-work-injury-insurance-regulations"),
        ("广东工资条例", "gd-wage-payment-regulations"),
        ("工资支付条例", "gd-wage-payment-regulations"),
        ("仲裁法", "labour-dispute-mediation-arbitration-law"),
        ("劳动争议司法解释(二)", "spc-labour-dispute-interpretation-2"),
        ("labor contract law", "labour-contract-law"),
        ("labour contract law of the prc", "labour-contract-law"),
        ("Social Insurance Law", "social-insurance-law"),
        ("guangdong wage payment regulations", "gd-wage-payment-regulations"),
    ],
)
def test_laws_are_known_by_their_titles_and_nicknames(
    db: Session, index: StatuteIndex, name: str, statute: str
) -> None:
    found = find_article(db, index, name, 1, TODAY)
    assert isinstance(found, TextNotHeld)
    assert found.law.id == statute


def test_an_article_that_does_not_exist_is_told_with_the_last_that_does(
    db: Session, index: StatuteIndex
) -> None:
    found = find_article(db, index, "劳动合同法", 200, TODAY)
    assert isinstance(found, ArticleUnknown)
    assert found.last == 98


def test_an_unknown_law_is_told_with_the_nearest_that_have_the_article(
    db: Session, index: StatuteIndex
) -> None:
    found = find_article(db, index, "劳动合约法", 90, TODAY)
    assert isinstance(found, LawUnknown)
    assert [law.id for law in found.nearest][:2] == ["labour-contract-law", "labour-law"]
    none = find_article(db, index, "火星法", 3, TODAY)
    assert isinstance(none, LawUnknown)
    assert none.nearest == ()


# --- saying -----------------------------------------------------------------------------------


def test_an_article_is_cut_where_one_would_pause() -> None:
    words = "第一句话在这里。第二句话也在这里。\n\n第二段只有一句话。"
    assert cut_article(words, 20) == ("第一句话在这里。第二句话也在这里。", "第二段只有一句话。")
    assert cut_article(words, 12)[0] == "第一句话在这里。"
    assert "".join(cut_article("一" * 50, 20)) == "一" * 50
    assert cut_article("短。", 20) == ("短。",)


def test_an_article_is_spoken_without_brackets_or_digits() -> None:
    assert speakable("有下列情形：\n（一）满15日的；\n（二）依照《劳动法》的。") == (
        "有下列情形：第一项，满十五日的；第二项，依照劳动法的。"
    )
