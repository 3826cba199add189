"""What a turn does to the conversation itself: repair, yes and no, corrections, language wishes."""

from nlu.repair.answers import read_yes_no
from nlu.repair.endings import split_ending
from nlu.repair.kinds import find_repair, has_more_than_repair, split_compound
from nlu.repair.languages import find_language_wish, is_whole_sentence_of
from nlu.repair.lead import Correction
from nlu.repair.readings import RepairKind
from nlu.repair.several import find_correction, find_corrections, find_named_values

__all__ = [
    "Correction",
    "RepairKind",
    "find_correction",
    "find_corrections",
    "find_language_wish",
    "find_named_values",
    "find_repair",
    "has_more_than_repair",
    "is_whole_sentence_of",
    "read_yes_no",
    "split_compound",
    "split_ending",
]
