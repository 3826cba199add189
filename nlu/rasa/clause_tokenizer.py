"""A tokenizer of Rasa's that takes a clause for a token.

Runs of characters then cross the borders of words, as in the embedded engine, and a message of ten
clauses has ten tokens instead of a hundred, so that learning takes minutes. Runs in Rasa's own
environment (Python 3.10); https://rasa.com/docs/rasa/custom-graph-components.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ClauseTokenizer(Tokenizer):
    """Splits at spaces, which the service puts between clauses (and English between words)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What every tokenizer is asked for; intents are not split."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "prefix_separator_symbol": None,
            "token_pattern": None,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ClauseTokenizer:
        """A tokenizer for the graph; it keeps nothing with the model."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The clauses of a text with where they begin; never none."""
        text = message.get(attribute)
        return self._convert_words_to_tokens(text.split() or [text], text)
