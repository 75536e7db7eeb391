"""How the inputs and fields of paging are called."""

import re

_INPUT = re.compile(
    r"^(?:page|page_?(?:number|num|no|index|idx|size|token|limit|offset|count|cursor|key|info)|p|limit|offset"
    r"|cursor|per_?page"
    r"|next_?(?:token|cursor|page|page_?token)?|max_?(?:results|items|keys|count|records)|page\[\w+\]|first|after"
    r"|last|before"
    r"|start_?(?:ing_?after|ing_?token|at|index|cursor|key|after)?|ending_?before|skip|take|top|rows|size"
    r"|num(?:ber)?_?(?:results"
    r"|items)?|length|count|from|continuation_?token|marker|use_?marker|paging_?token|pagination_?(?:token|key)|scroll_?id"
    r"|since_?id"
    r"|max_?id|min_?id|exclusive_?start_?key|results_?per_?page|items_?per_?page|iterator|bookmark|\$top|\$skip"
    r"|\$skiptoken)$",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"limit|per_?page|size|max|count|^length$|^first$|^last$|^take$|top$|^rows$|num|results", re.IGNORECASE
)
_ONWARD = re.compile(
    r"(?:^|[._\]-])(?:link|next(?:_?(?:token|cursor|page(?:_?(?:token|url|uri|link|number))?|link|url|href|marker|uri))?|has_?(?:more"
    r"|next_?page|next)"
    r"|end_?cursor|cursor|after|total(?:_?(?:count|pages|results|items|records|entries))?|page_?count"
    r"|next_?records_?url"
    r"|continuation(?:_?token)?|marker|pagination_?token|is_?truncated|last_?(?:evaluated_?)?key|more|x-next-?\w*"
    r"|x-total\w*"
    r"|x-pag\w*|(?:current_?|last_?|total_?)?pages?|scroll_?id|@?odata\.nextlink)$",
    re.IGNORECASE,
)
_PER_PAGE = re.compile(r"\bper page\b|\bpag(?:e|es|ing|inat\w+)\b|\bcursors?\b|\boffset\b|\bat a time\b"
r"|\bnumber of (?:results"
                       r"|items|records|entries)\b|\bmaximum number of \w+ to return\b|\bnext (?:set|page|batch)\b",
                       re.IGNORECASE)  # fmt: skip
_DECIDES = re.compile(r"^(?:page|limit|offset|cursor|per_?page|marker|after|before|skip|page\w+|next\w*|start\w*"
r"|.*token"
                      r"|.*cursor|continuation\w*)", re.IGNORECASE)  # fmt: skip


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rpartition(".")[2].replace("[]", "")).replace("-", "_")


def pages(name: str, description: str) -> bool:
    """Tell whether an input says which page, or how much of it.

    By its name, and where that may mean another thing, too (`count`, `from`), by its description.
    """
    short = _snake(name)
    if not _INPUT.match(short):
        return False
    return _DECIDES.match(short) is not None or _PER_PAGE.search(description) is not None


def is_size(name: str) -> bool:
    """Tell whether an input of paging says how many come at a time, and not from where."""
    short = _snake(name)
    return _SIZE.search(short) is not None and not re.search(r"token|cursor|key|id$|index", short, re.IGNORECASE)


def leads_on(name: str) -> bool:
    """Tell whether a field or a header says where a list goes on or ends: `next`, `meta.has_more`, `Link`."""
    own = name.rpartition(".")[2]
    if own.lower().startswith("retry"):  # `Retry-After` says when, not where
        return False
    return _ONWARD.search(own) is not None or _ONWARD.search(_snake(own)) is not None


def speaks_of_pages(sentence: str) -> bool:
    """Tell whether a sentence speaks of paging."""
    return _PER_PAGE.search(sentence) is not None
