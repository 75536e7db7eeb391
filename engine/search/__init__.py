"""A question to hits, by words and by meaning.

`search.Searcher` is what the rest of the engine asks; `pipeline` is the way of a question, stage by stage:

    question/   taken apart: clauses, phrases, names                 english/ knows the language
    named/      what it names outright: addresses, APIs
    words/      how well entries match its words                     indexing/ made them when the spec was added
    vectors     how near entries are to its meaning                  models/ embeds
    candidates  the entries that are looked at
    ranking/    their order: weights, links, variety, cross-encoder
    hits        what is said of each

Beside it: `filters/` narrows, `links/` tells what feeds what, `derived` keeps files that can be made again.
"""
