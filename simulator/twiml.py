"""Reading a TwiML document and judging it by the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree

from simulator import grammar
from simulator.grammar import Element

LIMIT_BYTES = 64 * 1024
_SAY_LIMIT = 4500
"""URL-encoded characters that one Say holds."""
_XML_TYPES = {"text/xml", "application/xml"}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

UNREADABLE, SCHEMA, TOO_LARGE, WRONG_TYPE, SAY_TEXT = 12100, 12200, 11750, 12300, 13520
"""Twilio's error numbers (twilio.com/docs/api/errors)."""


class DocumentError(Exception):
    """The document cannot be used at all. ``code`` is Twilio's error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Verb:
    """One element of a document."""

    name: str
    attributes: dict[str, str]
    text: str
    """All text inside, that of its children too, without the spaces around it."""
    children: tuple[Verb, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A rule that a document breaks, though it can be used."""

    code: int
    message: str


@dataclass(frozen=True)
class Document:
    """A readable document: what it says, and what is wrong with it."""

    verbs: tuple[Verb, ...]
    problems: tuple[Problem, ...]


def read_voice_document(body: bytes, content_type: str) -> Document:
    """Read an answer to a voice webhook. Raises DocumentError when it is not TwiML."""
    return _read(body, content_type, grammar.VOICE)


def read_messaging_document(body: bytes, content_type: str) -> Document:
    """Read an answer to a text webhook. Raises DocumentError when it is not TwiML."""
    return _read(body, content_type, grammar.MESSAGING)


def _read(body: bytes, content_type: str, elements: dict[str, Element]) -> Document:
    if len(body) > LIMIT_BYTES:
        raise DocumentError(TOO_LARGE, f"The answer has {len(body)} bytes; 64 kB are allowed.")
    if content_type.split(";")[0].strip().lower() not in _XML_TYPES:
        raise DocumentError(WRONG_TYPE, f"The content type is {content_type!r}, not text/xml.")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise DocumentError(UNREADABLE, f"The answer is not XML: {error}.") from error
    if root.tag != "Response":
        raise DocumentError(UNREADABLE, f"The root is <{root.tag}>, not <Response>.")
    problems = tuple(_problems_of(root, elements))
    known = tuple(_verb(child) for child in root if child.tag in elements["Response"].children)
    return Document(known, problems)


def _verb(element: ElementTree.Element) -> Verb:
    return Verb(
        name=element.tag,
        attributes=dict(element.attrib),
        text="".join(element.itertext()).strip(),
        children=tuple(_verb(child) for child in element),
    )


def _problems_of(element: ElementTree.Element, elements: dict[str, Element]) -> Iterator[Problem]:
    rule = elements[element.tag]
    yield from _attribute_problems(element, rule)
    yield from _text_problems(element, rule)
    for child in element:
        if child.tag not in rule.children or child.tag not in elements:
            yield Problem(SCHEMA, f"<{child.tag}> is not allowed inside <{element.tag}>.")
        else:
            yield from _problems_of(child, elements)
    special = _SPECIAL_RULES.get(element.tag)
    if special:
        yield from special(element)


def _attribute_problems(element: ElementTree.Element, rule: Element) -> Iterator[Problem]:
    for name, value in element.attrib.items():
        plain = "xml:lang" if name == _XML_LANG else name
        pattern = rule.attributes.get(plain)
        if pattern is None:
            yield Problem(SCHEMA, f"<{element.tag}> has no attribute {plain!r}.")
        elif not re.fullmatch(pattern, value, re.DOTALL):
            yield Problem(SCHEMA, f"<{element.tag} {plain}={value!r}> is not an allowed value.")
    for name in sorted(rule.required - set(element.attrib)):
        yield Problem(SCHEMA, f"<{element.tag}> needs {name!r}.")


def _text_problems(element: ElementTree.Element, rule: Element) -> Iterator[Problem]:
    own = (element.text or "") + "".join(child.tail or "" for child in element)
    if rule.text == "none" and own.strip():
        yield Problem(SCHEMA, f"<{element.tag}> holds no text of its own: {own.strip()[:40]!r}.")
    if rule.text == "required" and not "".join(element.itertext()).strip():
        yield Problem(SAY_TEXT if element.tag == "Say" else SCHEMA, f"<{element.tag}> has no text.")


def _say_problems(element: ElementTree.Element) -> Iterator[Problem]:
    length = len(quote("".join(element.itertext())))
    if length > _SAY_LIMIT:
        yield Problem(SAY_TEXT, f"<Say> has {length} URL-encoded characters; 4,500 are allowed.")
    voice, language = element.get("voice", ""), element.get("language")
    spoken = grammar.VOICE_LANGUAGES.get(voice)
    if spoken and language and language != spoken:
        yield Problem(SCHEMA, f"The voice {voice} speaks {spoken}, not {language}.")


def _gather_problems(element: ElementTree.Element) -> Iterator[Problem]:
    if (
        element.get("speechTimeout") == "auto"
        and element.get("speechModel", "default") == "default"
    ):
        yield Problem(SCHEMA, 'speechTimeout="auto" must not go with the default speech model.')


def _record_problems(element: ElementTree.Element) -> Iterator[Problem]:
    if not element.get("recordingStatusCallback"):
        yield Problem(SCHEMA, "<Record> without recordingStatusCallback loses hung-up recordings.")


_SPECIAL_RULES = {
    "Say": _say_problems,
    "Gather": _gather_problems,
    "Record": _record_problems,
}
