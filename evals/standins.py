"""Scripts for the scripted model server: what stands in for a language model where calls and prompts are counted.

`reading`     takes the nearest example and the nearest passage for true, and is sure of it
`unsure`      the same, but never sure: every tier of a role is asked, the dearest course that an answer can take
`broken`      answers nothing but 500: what is counted are attempts
"""

from __future__ import annotations

from careline.testing.model_server import Fault, Rule, Script

# As prompts show them: the nearest example with its intent, the first passage under its title, to its last sentence.
_EXAMPLE = r'Messages like this one, and their intents:\n"[^\n]*" = (?P<intent>\S+)'
_PASSAGE = r'<data kind="passage" id="1">[^\n]*\n(?P<quote>[^<]{1,400}[.!?。！？])'


def _answers(confidence: str) -> tuple[Rule, ...]:
    route = {"language": "en", "confirmation": "none", "arguments": [], "confidence": confidence}
    quoting = {"citations": [{"passage": "1", "quote": "(?P<quote>)"}], "text": "(?P<quote>)"}
    nothing = {"found": False, "citations": [], "text": "", "confidence": confidence}
    verdict = {"supported": "yes", "answers": "yes", "confidence": confidence}
    return (
        Rule(schema_name="Route", user=_EXAMPLE, answer_json=route | {"intent": "(?P<intent>)"}),
        Rule(schema_name="Route", answer_json=route | {"intent": "human"}),
        Rule(schema_name="GuideAnswer", user=_PASSAGE, answer_json=nothing | quoting | {"found": True}),
        Rule(schema_name="GuideAnswer", answer_json=nothing),
        Rule(schema_name="Judgement", answer_json=verdict),
    )


STANDINS: dict[str, Script] = {
    "reading": Script(rules=_answers("high")),
    "unsure": Script(rules=_answers("low")),
    "broken": Script(rules=(Rule(fault=Fault.STATUS, status=500),)),
}
