"""Words that are meant for a model that reads along, not for a person: orders, lures, and marks of having been checked.

Each rule is about the reader's part, not about an API: what it was told before, who it is, what it must keep quiet
about. What real documents say to people (`you must respond with 200`) is left alone.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["orders", "lure", "fake"]
"""What a text tries: to give a model orders, to lead elsewhere, to look as if it had been checked."""

_MODELS = (
    r"(?:(?:ai|llm|ml|language|chat|coding|virtual|smart|generative)[ -](?:based )?(?:assistants?|agents?|models?|bots?"
    r"|systems?|readers?|tools?)|ais?|llms?|chat ?bots?|(?:chat)?gpt(?:-\d\w*)?|copilot|claude|gemini|assistants?)"
)
_TOLD = (
    r"(?:instructions?|prompts?|directions|directives?|guidelines?|orders|commands|programming|training|messages"
    r"|conversation|system (?:prompt|message|instructions?))"
)
_TURN_AWAY = (
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|overrul(?:e|ing)|bypass(?:ing)?"
    r"|discard(?:ing)?|(?:do not|don't|stop|no longer) (?:follow|obey|heed)(?:ing)?"
    r"|pay no attention to)\s+"
)
_URL = r"https?://(?P<host>[\w.-]+)"
_BARE_URL = rf"(?<![(\"'=]){_URL}"
"""Not that of a link on some words: these document things."""


class Rule(NamedTuple):
    """Words by which a text is told, and one of which it has in any case."""

    kind: Kind
    hints: tuple[str, ...]
    pattern: str
    """Compiled when a text needs it: most have none of the hints."""


def _rule(kind: Kind, hints: str, *patterns: str) -> Rule:
    return Rule(kind, tuple(hints.split(",")), "|".join(patterns))


RULES = (
    _rule(
        "orders",
        "ignor,disregard,forget,overr,bypass,discard,follow,obey,no attention",
        _TURN_AWAY + r"(?:[\w']+,? ){0,4}?(?:previous|prior|above|earlier|preceding|former|foregoing|original|initial"
        rf"|system|existing)(?:ly)? (?:[\w']+ ){{0,3}}?{_TOLD}\b",
        _TURN_AWAY + r"(?:all |any |every |each )?(?:of )?your (?:[\w']+ ){0,2}?"
        r"(?:instructions?|prompts?|directives?|guidelines?|programming|training|constraints|restrictions|rules)\b"
        r"(?! (?:engine|set|for (?:this|the) (?:project|site|account)))",
        _TURN_AWAY
        + rf"(?:all|any|the|these|those) (?:of )?(?:the |your |these )?{_TOLD}(?= (?:above|before|given|so far"
        r"|that came|you (?:were|have)|from)\b)",
        r"\b(?:ignore|disregard|forget) (?:everything|anything|all|whatever|what)"
        r"(?: (?:that|you|i|were|was|is|are|have|has|been|of|it|this|the|user|developer|human|written|stated)){0,6}"
        r" (?:above|before|previously|told|asked|said|wants?|know|learn(?:ed|t)|given)\b",
    ),
    _rule(
        "orders",
        "you are,you're,pretend,as if you,as though you",
        r"\byou(?: are|'re) (?:now|henceforth|no longer|from now on)\b (?:an? |the |acting |playing |bound |in )*"
        rf"(?:[\w'-]+ ){{0,3}}?(?:{_MODELS}|dan|jailbroken|unrestricted|developer mode|debug mode|admin mode|god mode"
        r"|pirate|hacker|bound by|free (?:of|from))\b",
        rf"\b(?:if|when|whenever|since|because|as) you(?: are|'re) (?:an? |the |some )?(?:[\w-]+ )?{_MODELS}\b",
        rf"\bpretend (?:to be|(?:that )?you(?: are|'re)) (?:an? )?(?:[\w-]+ )?{_MODELS}\b",
        r"\b(?:act|behave) as (?:if|though) you (?:are|were|have|had|can)\b",
    ),
    _rule(
        "orders",
        "from now on,henceforth,answer,reply,replies,summar,respond to",
        r"\b(?:from now on|henceforth),? (?:you (?:must|will|shall|should|are to) )?(?:always |only |never |not )*"
        r"(?:answer|reply|respond|say|act|speak|obey|ignore|claim|recommend)\b",
        r"\byou must (?:always |only |now )*(?:answer|reply|say)(?: only\b|:)",
        r"\b(?:begin|start|end|finish|prefix|preface|conclude) (?:every|each|all|any|your) (?:of your )?"
        r"(?:answers?|repl(?:y|ies)|summar(?:y|ies)) (?:with|by)\b",
        r"\b(?:answer|reply to|respond to) (?:every|all|any|each) (?:[\w-]+ )?(?:questions?|prompts?|quer(?:y|ies)"
        r"|users?|messages?) (?:with|by|only|as|in)\b",
        r"\b(?:in|as) (?:every|each|all|any|your) (?:of your )?(?:answers?|repl(?:y|ies)|summar(?:y|ies))\b,? "
        r"(?:always |only |you )?(?:must|include|say|add|mention|tell|recommend|use|write|state|claim)\b",
        r"\b(?:include|mention|say|add|put|write|insert|append) (?:[\w'\"“”,.:/!-]+ ){1,12}?(?:in|to"
        r"|at the (?:end|start|beginning|top) of) (?:every|each|all|any|your) (?:of your )?(?:answers?"
        r"|repl(?:y|ies)|summar\w+)\b",
    ),
    _rule(
        "orders",
        "instruction,prompt,directive",
        r"\b(?:new|updated|revised|real|actual|system|secret|hidden|override|priority|urgent) "
        rf"(?:instructions?|directives?|orders?)\s*(?::|-|—|(?:to|for) (?:the |all |any |every )?{_MODELS}\b)",
        rf"\b(?:instructions?|directives?|orders?|prompt) (?:to|for) (?:all |any |every )(?:[\w-]+ )?{_MODELS}\b",
        rf"\b(?:instructions?|directives?|orders?) (?:to|for) (?:the )?(?:models?|{_MODELS})\s*[:,]",
        r"\b(?:reveal|print|output|repeat|leak|dump|disclose|show(?: me)?|recite|expose|display) (?:me )?"
        r"(?:your|the|its) (?:[\w-]+ )?(?:system|hidden|initial|original|secret) ?(?:prompt|instructions?|message)\b",
        r"\bsystem (?:prompt|instruction|override|directive)s?\s*(?::|=)\s*"
        r"(?:you|ignore|disregard|always|never|from now|act|override|do not|reply|respond|answer|say)\b",
        r"^[^\w\n]{0,8}?#{2,} ?(?:system|instruction|human|assistant) ?(?:prompt)?:\s",
    ),
    _rule(
        "orders",
        "assistant,llm,gpt,ai ,ai:,language model,agent,bot,copilot,claude,gemini",
        rf"\b(?:note|message|attention|memo|notice|reminder|hey|dear|hello|hi|important|warning)\W{{0,3}}"
        rf"(?: ?(?:to|for) )?(?:the |all |any |every )?{_MODELS}\s*(?::|,|!|—|-|\breading\b|\.)(?! ?based)",
        rf"\b{_MODELS},? (?:(?:that|who|which) (?:reads?|sees?|process(?:es)?|pars(?:es?)|summari[sz]es?)|reading"
        r"|seeing|processing|parsing|summari[sz]ing) (?:this|these|the (?:above|following|spec\w*|doc\w*"
        r"|text|description))\b",
        rf"(?:^|[.!?:;>]) ?(?:[\w-]+ )?{_MODELS},? you (?:must|should|shall|will|have to|need to|are|can)\b",
        rf"(?:\b(?:any|all|every|each|the) |(?:^|[.!?:;>]) ?)(?!(?:\w+ )?systems?\b){_MODELS}"
        r" (?:must|shall|have to|has to|are ordered to|are instructed to|is instructed to|are required to"
        r"|should (?:always|never|only|ignore|tell|answer|reply|say|"
        r"recommend|claim|pretend|not tell|not mention))\b",
    ),
    _rule(
        "orders",
        "tell,mention,reveal,convince,persuade",
        r"\b(?:do not|don't|never) (?:ever )?(?:tell|mention|reveal)\b(?: [\w']+){0,6}? "
        r"(?:to )?(?:the |this |that |any |your )?(?:users?|developers?|humans?|anyone|anybody|readers?)\b",
        r"\bwithout (?:telling|mentioning) (?:this (?:\w+ )?to )?(?:the )"
        r"(?:users?|developers?|humans?|readers?)(?= (?:first|about|of|why)|\W*$|[.;,!])",
        r"(?:^|[.!?:;,>]) ?(?:and |then |please )?(?:tell|convince|persuade)"
        r" (?:the |this |every |any |all )?(?:users?|developers?|humans?|readers?) (?:that|to)\b",
    ),
    _rule(
        "orders",
        "<|,inst],sys>>,<system,</system,anything now,jailbreak mode,developer mode",
        r"<\|(?:im[_ ](?:start|end)|system|user|assistant|eot[_ ]id|(?:start|end)[_ ]header[_ ]id"
        r"|begin[_ ]of[_ ]text)\|>",
        r"\[/?inst\]|<</?sys>>|</?system(?:[ _-](?:prompt|message|instructions?))?>",
        r"\bdo anything now\b|\bjailbreak mode\b|\bdeveloper mode (?:is )?now (?:enabled|on|activated)\b",
    ),
    _rule(
        "fake",
        "verified,confirmed,checked,says:",
        r"\[\d{1,2}\]\W{0,4}(?:is |was |has been )?(?:verified|confirmed|checked)\b",
        r"(?<!is )(?<!be )(?<!are )(?<!was )\b(?:verified|confirmed|checked)\b"
        r"(?: (?:fact|source|citation|by|against|in|the|spec\w*)){0,4}:? ?\[\d{1,2}\]",
        r"[✓✔☑✅] ?(?:verified|confirmed|checked)\b",
        r"\((?:the )?spec(?:ification)? says:|\b(?:verified|checked|confirmed) (?:by|against) (?:specdeck|the spec)\b",
    ),
    _rule(
        "lure",
        "curl,wget",
        rf"\b(?:curl|wget)\b(?:(?!curl|wget)[^\n|]){{0,200}}{_URL}(?:(?!curl|wget)[^\n|]){{0,200}}\|\s*(?:sudo )?"
        r"(?:(?:ba|z|da|k)?sh|python3?|perl|iex|node)\b",
        r"\b(?:curl|wget)\b(?:(?!curl|wget)[^\n]){0,200}?https?://[\w.-]+[^\n]{0,80}?"
        r"\b(?:and|then) (?:run|execute|source)\b",
    ),
    _rule(
        "lure",
        "http://,https://",
        r"\b(?:send|post|submit|forward|upload|transmit|leak|exfiltrate|copy|paste|mail|email|put|report|deliver)\b"
        r"[^.\n]{0,60}\b(?:keys?|tokens?|credentials?|passwords?|secrets?|cookies?|environment variables?)\b"
        rf"[^\n]{{0,60}}?\b(?:to|at|into)\b[^\n]{{0,30}}?{_URL}",
    ),
    _rule(
        "lure",
        "instead",
        r"\b(?:use|call|send|go to|query|request|post|submit|connect|point|switch|download|run|install|fetch)\b"
        rf"[^.\n]{{0,80}}?{_BARE_URL}\S*[^.\n]{{0,40}}?\binstead\b(?! of \w+ing)",
    ),
    _rule(
        "lure",
        "instead",
        r"\binstead(?: of [^.\n]{0,60}?)?[,:]? (?:always |please |only |you (?:must|should) )?(?:use|call|send|visit"
        r"|go to|query|request|post|submit|connect|point|switch|download|open|run|install|fetch)\b"
        rf"[^\n]{{0,80}}?{_BARE_URL}",
    ),
)
"""All rules, for texts in lower case."""


def meant_for_models(text: str, rules: tuple[Rule, ...] = RULES) -> Iterator[tuple[Kind, str, str]]:
    """Yield what a text tries, by which words, and of a lure the host that it leads to.

    Args:
        text: In lower case, its white space folded but for the ends of lines.
        rules: Those that are tried.
    """
    for rule in rules:
        if any(hint in text for hint in rule.hints):
            for match in re.finditer(rule.pattern, text, re.MULTILINE):
                yield rule.kind, match[0], match.groupdict().get("host") or ""
