"""Reading official law texts from files: Markdown with a header, plain text, docx.

Plain text and docx are taken as the national law database (flk.npc.gov.cn) gives them: title,
dates of adoption and amendment in brackets, contents, chapters, articles.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from config.yaml_files import parse_yaml
from core.errors import ContentError
from knowledge_base.docx_files import read_docx
from knowledge_base.statute_texts import split_articles

_HEADER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_BEGINS = re.compile(r"自\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*起(?:施行|实施|执行)")
_END_OF_TITLE = re.compile(r"[（(]|目\s*录|第.{1,6}[条编章]|\d{4}年")
_TITLE_LINES = 4


@dataclass(frozen=True)
class StatuteDocument:
    """A law as a file has it.

    ``id`` is empty when the file gives none. ``version_on`` is the day of promulgation or of the
    last amendment.
    """

    id: str
    title: str
    short_title: str
    version_on: date
    effective_on: date
    articles: Mapping[int, str]
    source: str
    text_hash: str


def read_statute(path: Path) -> StatuteDocument:
    """A law from its file. Raises ContentError naming the file and what it lacks."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ContentError(f"{path.name}: only {', '.join(_READERS)} can be read.")
    try:
        text = reader(path)
    except ValueError as error:
        raise ContentError(f"{path.name}: not readable: {error}") from error
    header = _HEADER.match(text)
    body = text[header.end() :] if header else text
    articles = split_articles(body)
    if not articles:
        raise ContentError(f"{path.name}: no article (第一条) was found.")
    describe = _describe_header if header else _describe_text
    try:
        described = describe(path, text, articles)
    except ValueError as error:
        raise ContentError(f"{path.name}: names a day that there is not.") from error
    return StatuteDocument(
        id=described.id,
        title=described.title,
        short_title=described.short_title,
        version_on=described.version_on,
        effective_on=described.effective_on,
        articles=articles,
        source=path.name,
        text_hash=hashlib.sha256("\n".join(articles.values()).encode()).hexdigest(),
    )


def statute_files(paths: list[Path]) -> list[Path]:
    """The files that are meant: files themselves, and the law texts within folders."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                p for p in path.rglob("*")
                if p.suffix.lower() in _READERS and p.stem.upper() != "README"
            )  # fmt: skip
        elif path.is_file():
            found.append(path)
        else:
            raise ContentError(f"{path} does not exist.")
    return found


@dataclass(frozen=True)
class _Description:
    """What stands around the articles."""

    id: str
    title: str
    short_title: str
    version_on: date
    effective_on: date


def _describe_header(path: Path, text: str, _articles: Mapping[int, str]) -> _Description:
    match = _HEADER.match(text)
    try:
        raw = parse_yaml(match[1] if match else "")
        version_on = date.fromisoformat(str(raw.get("amended") or raw["promulgated"]))
        effective_on = date.fromisoformat(str(raw.get("effective") or version_on))
        title = str(raw["title"])
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ContentError(f"{path.name}: header: {error!r} is missing or wrong.") from error
    short = str(raw.get("short_title") or title)
    return _Description(str(raw.get("id", "")), title, short, version_on, effective_on)


def _describe_text(path: Path, text: str, articles: Mapping[int, str]) -> _Description:
    head = text[: text.find(next(iter(articles.values()))[:20])]
    title = _title(head)
    if not title:
        raise ContentError(f"{path.name}: no title was found.")
    adopted = [_day(groups) for groups in _DATE.findall(head)]
    last = " ".join(list(articles.values())[-2:])
    begins = [_day(groups) for groups in _BEGINS.findall(head)][-1:]
    begins = begins or [_day(groups) for groups in _BEGINS.findall(last)][:1]
    if not adopted and not begins:
        raise ContentError(f"{path.name}: no date stands before the first article.")
    effective_on = begins[0] if begins else max(adopted)
    # Dates of entry into force may stand among the others: the version is what was adopted last.
    version_on = max((day for day in adopted if day not in begins), default=effective_on)
    short = title.removeprefix("中华人民共和国")
    return _Description("", title, short, version_on, effective_on)


def _title(head: str) -> str:
    """The lines before the first date, bracket or contents, together."""
    parts: list[str] = []
    for line in head.splitlines():
        words = re.sub(r"[#*\s　]", "", line)
        if words and _END_OF_TITLE.match(words):
            break
        if words:
            parts.append(words)
        if len(parts) == _TITLE_LINES:
            break
    return "".join(parts)


def _day(groups: tuple[str, str, str]) -> date:
    year, month, day = groups
    return date(int(year), int(month), int(day))


def _read_text(path: Path) -> str:
    text = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return text.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise ContentError(f"{path.name}: neither UTF-8 nor GB 18030.")


_READERS: Mapping[str, Callable[[Path], str]] = {
    ".md": _read_text,
    ".txt": _read_text,
    ".docx": read_docx,
}
