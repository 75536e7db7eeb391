"""What may stand between a name and what is said of it, so that both belong together."""

import re

from engine.english.function_words import ARTICLES, GLUE, JOINTS, PREPOSITIONS
from engine.english.rules import NOUN, SEND, SENT

_LINKING = (
    ARTICLES
    | PREPOSITIONS
    | frozenset(
        (
            "stay stays keep "
            "is are be being been was were has have had having can could may might must should shall will would do "
            "does needs need goes go belongs belong lives live sits sit sent send passed pass given provided supplied "
            "specified included set put placed stands comes come appears appear expected found taken takes take "
            "accepts accept accepted holds hold allows allow lets used use treated called named which who it also "
            "always only just simply either both not never no n't isn't aren't doesn't cannot can't don't to here too "
            "therefore still itself type typed types kind value values parameter parameters param params field fields "
            "property properties argument arguments attribute attributes key keys input inputs option options "
            "variable member element contain contains include includes carry carries s single possible because plain "
            "simple usual valid ordinary normal whose length size maximum minimum limit range ranges you ask get want "
            "string integer number boolean array object list and or but there nullable non-empty comma-separated new "
            "anything means represents corresponds one give gives stores store wants want form format "
            "expects expect append attach insert yourself sending passing giving putting writing "
            "travelling traveling travels travel rides along travelled denotes signifies constitutes resides remains "
            "becomes resolves evaluates arrives transmits submits supplies provides conveys specifies accompanies"
            " rejects refuses using supports support "
            "permits permit handles handle enforces imposes "
            "existing following by default declared defined documented described modeled modelled represented encoded "
            "serialized formatted written stated listed marked considered deemed request gets got"
        ).split()
    )
)
"""Words that may stand between a name and what is said of it: they are no subject of their own."""
_WORD = re.compile(r"[^\W_]+(?:['\u2019-]\w+)*")
_MOVES = re.compile(
    r"\b(?:from|(?<!corresponds )(?<!correspond )(?<!set )(?<!equal )(?<!limited )(?<!restricted )to(?! be)|in|into"
    r"|with"
    r"|for|on|(?<!represented )(?<!expressed )(?<!described )by(?! no means)|at|within|through|via|using(?!\W*$)"
    r"|under|inside)\b",
    re.IGNORECASE,
)
_BE_DONE = frozenset("is are be being been was were get gets got has have to".split())
"""Before a participle, which then says what is done with a name: `gets transmitted in`."""
_IT = re.compile(
    r"\b(?:it|this|which)(?: (?:is|must|has|can|may|should|was|will|needs|be|to|also|always|only|not|of|type|an?"
    r"|the|type))*\s*$",
    re.IGNORECASE,
)
_NAMED = rf"an?|the|its|your|any|both|called|named|is|are|{NOUN}"


def _only(words: str) -> re.Pattern[str]:
    """Return what matches a text of these words alone. It never goes back, so that no text takes long."""
    return re.compile(rf"(?:\s*+(?:(?:{words})\b|[:(*_\"]))*+\s*+", re.IGNORECASE)


_ALONG = re.compile(
    rf"(?:\s*+(?:(?:and|or|as well as|plus|along with|together with|this|that|{_NAMED})\b|[,&/:(*_]))*+\s*+",
    re.IGNORECASE,
)
"""What joins names of which one thing is said."""
_TIGHT = _only(
    rf"includes?|strings?|integer|boolean|number|array|object|list|header|cookie|in|to send|to pass|to|with"
    rf"|send|pass|{_NAMED}"
)
"""What stands between an adjective or a verb and the name that follows."""
_FOR = _only(
    rf"for|into|in|of|as|to|with|asked|requested|fetched|had|set|can|may|be|allowed|permitted|accepted|possible|fits?|goes|go|used|stand|each|{_NAMED}"
)
"""What stands between a type or a limit and the name behind it: `at most 50 are allowed for limit`."""
_ONE = re.compile(
    r"^\W*(?:is|has|was|defaults|takes|accepts|goes|belongs|lives|sits|holds|isn't|comes|stands|needs)\b", re.IGNORECASE
)
"""What follows the last of several names where only that one is meant."""
_FRONT = re.compile(r"(?:^|[.;:,(]|\b(?:and|then|but|or)\b)[\s*_-]*$", re.IGNORECASE)
_FRONTED = re.compile(
    rf"(?:\s*+(?:(?:you|one|we|it|client|call|caller|must|can|may|should|has|have|to|needs?|also|always|there|goes|go"
    rf"|{SEND}|{SENT}|takes?|expects?|accepts?|contains?|includes?|requires?|will|find|see|spot|meet|list|state|mention"
    rf"|name|write|{_NAMED})\b|[,:]))*+\s*+",
    re.IGNORECASE,
)
"""What stands between a place at the beginning of a clause and the name that goes there."""
_ANEW = re.compile(r"[\s,*_]*+(?:(?:and|or|but|plus|also|with|the|an?|its|your|some)\b[\s*_]*+)++", re.IGNORECASE)
"""What stands between a name and an adjective of the next one: `title and the optional`."""
_EXCEPTS = re.compile(
    r"\b(?:except(?: for)?|other than|apart from|aside from|besides|in addition to|(?:all|every|any)(?:thing)? but)"
    r"(?: (?:the|an?|your|its))?[ `*\"]*$",
    re.IGNORECASE,
)
_NONE_OF = re.compile(r"\b(?:neither(?:[^.;:]{1,80} nor)?|none of)(?: (?:the|an?|your|its))?[ `*\"]*$", re.IGNORECASE)
_DENIES = re.compile(
    rf"(?:\b(?:not|never|no|cannot|instead of|rather than)|n't)(?: (?:{SEND}|use|sending|passing|putting|providing"
    r"|including|using|ever|also|to))*(?: (?:the|an?|your|any|its))?[ `*\"]*$",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^\W*(?:it|this|that|they|these|the)(?: (?:param(?:eter)?|field|property|argument|header|value|input)s?)? ?\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"(?:non|pre|re|un|multi|well|top|so|per|semi|self|auto|optional|read|write|end|first|last|next|built|follow"
    r"|opt|one|two|low|high)-.*"
    r"|.*-(?:\w+(?:ed|ing|able|ible|ive|al|ory|ary|ent|ant|less|ful|ous|ic)|only|based|level|specific|free|like"
    r"|side|wide|style|type|time"
    r"|encoded|safe|case|separated|valued|value|aware|empty|zero|null|bit|byte|readable|in|out|up|line|sent|made"
    r"|known|to|of|be|the|by|long|defined|readonly)",
    re.IGNORECASE,
)
_KEEPS = re.compile(r",\s*(?:which|where|and|with|the|you|it|its|that|there)\b", re.IGNORECASE)
_PASSING = re.compile(r"\b(?:after|before|once|first|unlike|having|like|see|as in)\b[^,]*$", re.IGNORECASE)
_NEXT = re.compile(r"\b(?:then|next|afterwards|after that|before (?:that|this|you))\b", re.IGNORECASE)
_OF = re.compile(
    r"\b(?:of|to|for|in|with|on|at|by|from|into|when (?:you )?(?:call|use|send)(?:ing)?|calling|call|use"
    r"|using)\s+(?:the |a |an )?"
    r"(?:(?:call|request|endpoint|operation|body|query|path|response|parameters?|answer)s? (?:of |to |for )?)?[`*]*$",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:each|every|all) (?:one |item |element |entry |member )?(?:of |is |are |being )", re.IGNORECASE
)
_OTHER = re.compile(
    r"(?:\b(?:not|rather than|instead of|unlike)|(?:strings?|integers?|numbers?|texts?|words?|values?|literals?)"
    r"(?: values?)?,? \(?(?:such as|like|e\.g\.|for example|for instance),?)(?: the| an?)? [`\"']*$",
    re.IGNORECASE,
)
"""What stands before a name that is not meant, or that is a value of anybody's choice: `a string such as`."""
_CALLED_FOR = re.compile(
    r"[`*]*,? (?:you )?(?:(?:can|must|should|have to) )?(?:call|use|invoke|make|send) [`*]*", re.IGNORECASE
)
"""What stands between a name and the operation that is called for it: `to set the title, call`."""
_DOES = re.compile(
    rf"[`*]*(?: {NOUN})?(?: (?:can|may|must|should|will|only|also|always|never))*(?: (?!(?:and|or|but|is|are|which"
    rf"|that|than"
    r"|with|for|of|to|in|by|from)\b)[a-z]+s?) ?",
    re.IGNORECASE,
)
"""A name with a verb: `limit tolerates`."""
_ELSEWHERE = re.compile(
    r"\W*(?:from|in|of) (?:the|its|that) (?:response|answer|result|reply|output)\b|.*`", re.IGNORECASE
)
"""What follows a name that is not of the operation behind it: `id from the response`, ``id as the `number` of``."""
_GRAMMAR = (
    GLUE
    | PREPOSITIONS
    | JOINTS
    | frozenset(
        "inputs outputs choices options it them this that these those "
        "query path header headers body cookie url uri parameter parameters param field fields property properties"
        " argument arguments key value values type types required optional default string integer number boolean array"
        " object list request response status code scope scopes maximum minimum max min limit length character"
        " characters item items input data form payload format json text error success method endpoint call auth token"
        " authentication api server operation name names true false null one get put post patch delete send returns"
        " return sent set use used option options valid".split()
    )
)
_RETURNS = re.compile(r"\b(?:respon|return|repl|result|comes? back|gets? back|receiv|output)", re.IGNORECASE)


def links(gap: str) -> bool:
    """Tell whether what stands between a name and a predicate behind it has no other subject."""
    before = ""
    for word in map(str.lower, _WORD.findall(gap)):
        done = word.endswith(("ed", "en", "read", "sent")) and before in _BE_DONE
        if not (word in _LINKING or word.endswith("ly") or done):
            return False
        before = "" if word.endswith("ly") else word
    return ";" not in gap and ". " not in gap


def does(gap: str) -> bool:
    """Tell whether only a verb, whichever, stands between a name and a limit: `limit tolerates`."""
    return _DOES.fullmatch(gap) is not None


def begins_anew(gap: str) -> bool:
    """Tell whether what stands between a name and an adjective leads on to another name: `title and the optional`."""
    return _ANEW.fullmatch(gap) is not None


def excepts(before: str) -> bool:
    """Tell whether a name is left out of what is said: `every field except title is`."""
    return _EXCEPTS.search(before) is not None


def negates(before: str) -> bool:
    """Tell whether what stands before names turns round all that is said of them: `neither title nor state is`."""
    return _NONE_OF.search(before) is not None


def denies(before: str) -> bool:
    """Tell whether what stands before names says that they do not go where it then says: `do not send the title in`."""
    return _DENIES.search(before) is not None


def moves(gap: str) -> bool:
    """Tell whether what stands between a name and a type says where something goes: `the label from a list`."""
    return _MOVES.search(gap) is not None


def of_it(before: str) -> bool:
    """Tell whether a predicate is said of `it`, whatever stands before that: `…, because it is`."""
    return _IT.search(before) is not None


def leads(gap: str) -> bool:
    """Tell whether a predicate says something of the name that follows after `gap`."""
    return _TIGHT.fullmatch(gap) is not None


def leads_to(gap: str) -> bool:
    """Tell whether a type or a limit is that of the name that follows after `gap`."""
    return _FOR.fullmatch(gap) is not None and re.search(r"\b(?:for|in|into|as|with)\b", gap) is not None


def fronted(before: str, gap: str) -> bool:
    """Tell whether a place begins a clause, and is that of the name that follows after `gap`."""
    return _FRONT.search(before) is not None and _FRONTED.fullmatch(gap) is not None


def joins(gap: str) -> bool:
    """Tell whether what stands between two names makes one subject of them."""
    return _ALONG.fullmatch(gap) is not None


def of_one(gap: str) -> bool:
    """Tell whether what follows a row of names is said of the last of them only."""
    return _ONE.match(gap) is not None


def goes_on(before: str) -> bool:
    """Tell whether a sentence begins with a word for what the one before it spoke of: `It is`, `This field is`."""
    return (match := _AGAIN.match(before)) is not None and links(before[match.end() :])


def of_many(before: str) -> bool:
    """Tell whether a sentence begins with a word for several things."""
    return before.split(" ", 1)[0].lower() in ("they", "these", "those", "both", "all")


def describes(word: str) -> bool:
    """Tell whether a word with a hyphen describes what follows, like `read-only`, and is no name, like `page-size`."""
    return _ADJECTIVE.fullmatch(word) is not None


def turns_away(before: str, gap: str) -> bool:
    """Tell whether a sentence may speak of something else again, once it has named an operation in passing."""
    passing = _PASSING.search(before) is not None or _NEXT.search(gap) is not None
    return passing or ("," in gap and not _KEEPS.search(gap) and not _OF.search(before))


def goes_with(gap: str) -> bool:
    """Tell whether what stands between a name and the operation behind it joins them: `the title of`, `title to`."""
    apart = _ELSEWHERE.match(gap) or re.search(r"[,;:]|\b(?:then|and)\b", gap)
    return _CALLED_FOR.fullmatch(gap) is not None or (_OF.search(gap) is not None and not apart)


def of_each(gap: str) -> bool:
    """Tell whether a type is that of the items of a list, by what stands between them: `labels, each of which is`."""
    return _EACH.search(gap) is not None


def is_other(before: str) -> bool:
    """Tell whether a name is not what is meant, or a value that anybody may choose, by what stands before it."""
    return _OTHER.search(before) is not None


def is_grammar(word: str) -> bool:
    """Tell whether a bare word is one of those that statements are made of, and so names nothing by itself."""
    return word.lower() in _GRAMMAR


def of_what_returns(text: str) -> bool:
    """Tell whether a text speaks of what comes back."""
    return _RETURNS.search(text) is not None
