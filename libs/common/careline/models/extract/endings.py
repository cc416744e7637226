"""Where a value that stands after cue words starts and ends: what customers say around it."""

import re

# Between the cue and the value.
LEADING = re.compile(
    r"[\s:=,\-]*(?:(?:is|are|was|be|to|into|as|called|named|should be|will be|the name|by the name of)\b[\s:=\-]*)*"
    r"(?:[是为叫成到:]\s*)*"
)
# A value never starts with these: the cue was an ordinary word of the sentence.
NO_START = re.compile(
    r"(?:i|i'm|me|my|mine|you|your|it|its|he|she|his|her|we|our|they|their|this|that|these|those|a|an|and|or|not|do|be|"
    r"change|update|set|make|modify|get|have|know|see|cancel|return|track|help|use|ask|tell|show|give|add|remove|"
    r"delete|find|check|send|let|please|can|could|would|should|will|what|which|who|when|where|how|why|if)\b"
    r"|[我你您他她它这那请想要吗呢吧]"
)
_NEXT_CLAUSE = (
    r"(?:my|i|i'm|i'd|please|also|then|set|change|make|update|the|it|its|can|could|would|let|have|want|need|his|her|"
    r"with|move|cancel|tell|send|give|what|how|where|when)"
)
# Ends any value.
CLAUSE_END = re.compile(
    r"[!?;\n。！？；]|\.(?=\s|$)|"
    r"\s+(?:please|pls|thanks?|thank you|instead|because|since|so that|but|if|asap|right now|immediately|"
    r"right away|as soon as)\b|"
    rf"\s+(?:and|then)\s+{_NEXT_CLAUSE}\b|,\s*(?:and\s+)?{_NEXT_CLAUSE}\b|"
    r"\s*[\U0001f300-\U0001faff\u2600-\u27bf]|"
    r"[,，]?\s*(?:谢谢|辛苦|可以吗|好吗|行吗|麻烦|请|吧|并且|然后|而且|但是|因为)"
)
# Ends a name or a short text besides; an address goes on after these.
NAME_END = re.compile(
    r"[,，、()（）]|\s+(?:with|as|whose|who|which|that|into|from|to|for|in the|in your|on the|now|today|is|was|will|"
    r"should|not|too|or)\b|[吗呢了]$|的(?=[\u4e00-\u9fff])"
)
