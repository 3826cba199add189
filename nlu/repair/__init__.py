"""What a turn does to the conversation itself: repair, yes and no, corrections, language wishes."""

from nlu.repair.kinds import RepairKind, find_repair, has_more_than_repair, split_compound

__all__ = ["RepairKind", "find_repair", "has_more_than_repair", "split_compound"]
