"""What a citizen meant: intent, topic, entities and language of one message. Knows nothing of law.

Other rooms import only ``PUBLIC_MODULES``; a test walks their imports. ``app`` alone knows more: it
puts engines together, and its commands train, compare and evaluate them.
"""

PUBLIC_MODULES = (
    "nlu.engine",  # the protocol of all engines
    "nlu.loaded_engine",  # an engine that may not be there yet
    "nlu.interpretation",  # what an engine answers
    "nlu.decision",  # what to do about it
    "nlu.understood_before",  # answers of an engine that were asked for beforehand
    "nlu.asking",  # whether a message asks something
    "nlu.problems",  # which problems a story tells of
    "nlu.danger",  # danger to life
    "nlu.self_injury",  # who has already harmed themselves
    "nlu.repair",  # corrections, yes and no, wishes for a language
    "nlu.texts",  # reading a message without an engine
    "nlu.entities.answers",  # answers to a question for an amount or a number of people
    "nlu.entities.extraction",  # all facts named in a message
    "nlu.entities.numerals",
    "nlu.entities.towns",
    "nlu.entities.values",
)
