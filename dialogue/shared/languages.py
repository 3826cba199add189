"""The language of a conversation: it changes on a whole sentence or an express wish only."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.heard import Heard
from nlu.repair import find_language_wish, is_whole_sentence_of


def follow_language(turn: TurnContext, heard: Heard) -> None:
    """Follow a citizen who speaks another language in a whole sentence; a single question of a few
    words is answered in its own language while the conversation keeps its."""
    sentence = is_whole_sentence_of(heard.words)
    if sentence is not None:
        set_language(turn, sentence)
        return
    asked_in = heard.interpretation.language
    if _fitting(turn, asked_in) != turn.language and (asked_in == "en") == _is_latin(heard.plain):
        turn.answer_language = _fitting(turn, asked_in)


def follow_answer(turn: TurnContext) -> None:
    """Follow a texter who answers in a whole sentence of the other language, so that a question in
    between changes nothing for good. A sentence that names an employer may be a name alone."""
    heard = turn.heard
    if turn.is_voice or not heard.words or heard.entities.employer is not None:
        return
    sentence = is_whole_sentence_of(heard.words)
    if sentence is not None and turn.is_digressing:
        set_language(turn, sentence)


def follow_script(turn: TurnContext) -> None:
    """Answer a few words in Chinese characters in Chinese, in a text thread that went on in
    English; the thread keeps its language. Latin words ("ok", "thanks") are used by all."""
    if not turn.is_voice and turn.conversation.language == "en" and _is_chinese(turn.heard.plain):
        turn.answer_language = "zh"


def wished_language(heard: Heard) -> str | None:
    """The language that is expressly asked for, or None."""
    return find_language_wish(heard.words)


def set_language(turn: TurnContext, language: str) -> None:
    """Go on in a language; Cantonese speakers are written to in Chinese."""
    turn.change(language=_fitting(turn, language))


def _fitting(turn: TurnContext, language: str) -> str:
    return language if turn.is_voice or language == "en" else "zh"


def _is_chinese(plain: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in plain)


def _is_latin(plain: str) -> bool:
    """Whether words are written in Latin letters alone: a name or "OK" amid Chinese is not."""
    return any("a" <= c.lower() <= "z" for c in plain) and not any(c > "\u2e80" for c in plain)
