"""The closed classes of English: words that hold a sentence together and name nothing."""

PREPOSITIONS = frozenset(
    "about as at by for from in inside into of on onto per through to under using via with within without".split()
)
PLACES = frozenset("at for from in inside into of on onto to under within".split())
"""Prepositions that say where something is or whose it is; people take one for the other."""
ARTICLES = frozenset(
    "a all an another any each every its my our some that the their them these this those your".split()
)
GLUE = ARTICLES | frozenset(
    "again already also am anyway are back be been being both can could did do does done down else ever first have has"
    " had here how however i if instead is just later let like many may me might more much must new no not now off okay"
    " only out over permanently please possible s should single so soon specific still there too twice up us was we"
    " well were what when where whether which who why will would yet you than then".split()
)
"""Words that are neither a verb of an API nor a thing in it."""
JOINTS = frozenset(", ; and but or then that which who whose where when if because".split())
"""What ends a phrase, besides a preposition."""
BEFORE_A_VERB = frozenset("to i we you one by for when if after before".split())
BEFORE_A_NAME = ("in", "on", "with", "via", "using", "from", "for", "at", "of", "to")
"""What joins the name of an API to a question: `in GitLab`."""
BEFORE_ANOTHER_THING = frozenset("belonging by for from in into of on that to under where which who whose with".split())
"""Words after which no more of a thing itself is named: `IDs of the books to take from the shelf`."""

SINGULAR = frozenset("it one that this".split())
"""Pronouns of one thing."""
PLURAL = frozenset("them they these those".split())
"""Pronouns of many."""
OWNED = frozenset("its their".split())
DEMONSTRATIVE = frozenset("one that these this those".split())
PRONOUNS = SINGULAR | PLURAL | frozenset("ones other others rest thing things way".split())
"""Words that a thing cannot be named by."""

STOP_WORDS = frozenset(
    "a about all an and any are as at be by can could do does for from get give had has have how i if in into is it its"
    " list me my need of on one or our please should show some tell that the their them there these this those to up us"
    " use using want was we were what when where which who why will with would you your"
    " arent cant couldn couldnt didn didnt doesn doesnt dont hasn hasnt havent isnt ive shouldnt thats wasn wasnt whats"
    " wheres wont wouldn wouldnt gonna gotta wanna pls plz".split()
)
"""Words that say nothing about which operation is meant. `get`, `list` and `show` are there because nearly every
question and every summary has one of them."""
