"""Reading a message without an engine: spelling, keywords, the foot that texts may carry."""

from nlu.embedded.keywords import find_keyword
from nlu.embedded.normalising import simplify
from nlu.embedded.opt_outs import footer_key, split_at_footer

__all__ = ["find_keyword", "footer_key", "simplify", "split_at_footer"]
