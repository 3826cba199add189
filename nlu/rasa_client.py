"""One message to a Rasa server: ``POST /model/parse``."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from core.errors import ProviderUnknownError
from nlu.rasa_export import spell_for_rasa

PARSE_PATH = "/model/parse"


def rank_intents(url: str, text: str, time_limit: float) -> dict[str, float]:
    """Confidence (0-1) by intent. ProviderUnknownError when the server fails, gives nonsense or
    takes longer than ``time_limit`` seconds between bytes."""
    request = Request(
        url.rstrip("/") + PARSE_PATH,
        data=json.dumps({"text": spell_for_rasa(text)}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=time_limit) as response:
            return _ranking(json.loads(response.read()))
    except (URLError, OSError, HTTPException, ValueError, KeyError, TypeError) as problem:
        raise ProviderUnknownError(f"Rasa gave no interpretation: {problem!r}") from problem


def _ranking(reply: Any) -> dict[str, float]:
    intents = [reply["intent"], *reply["intent_ranking"]]
    return {str(i["name"]): min(1.0, max(0.0, float(i["confidence"]))) for i in intents}
