"""Several calls one after another: which they are, in which order, what each passes on, and all of it as a document."""
