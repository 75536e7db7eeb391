"""Questions that a call alone does not answer, and sentences that answer them: reasons, differences, conditions."""

import re

_ASKS = re.compile(
    r"\b(?:explain\w*|explanation|clarify|why|how come|compare\w*|comparison|differ(?:s|ent|ences?)?|versus|vs|better"
    r"|best|summar\w+|overview|pros and cons|trade-?offs?|recommend\w*|in (?:plain|simple|short|other) \w+"
    r"|watch out|look out|careful|beware|pitfalls?|gotchas?|caveats?|limit(?:s|ations?)?|restrictions?|side effects?"
    r"|(?:should|must|have to|need to|good to) (?:i |we )?(?:know|consider|keep in mind)"
    r"|tell me (?:more )?about|what happens|when (?:should|would|do) (?:i|we|you)|what does \w.* mean|meaning of"
    r"|how does \w.* work|how do \w.* work|understand)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:must|only|cannot|can't|can not|may not|won't|limit(?:s|ed)?|maximum|minimum|at most|at least|up to"
    r"|deprecated|note|warning|require[sd]?|before|after|unless|until|if you|by default|permanently|expires?"
    r"|instead)\b",
    re.IGNORECASE,
)


def asks_for_words(question: str) -> bool:
    """Tell whether a question asks to be told in words: `why …`, `explain …`, `what should I watch out for`."""
    return _ASKS.search(question) is not None


def tells_a_condition(sentence: str) -> bool:
    """Tell whether a sentence says what is allowed, when, and how much: what one should know before one calls."""
    return _TELLS.search(sentence) is not None
