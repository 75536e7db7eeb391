"""Which operations feed which: what gives, and what takes, told from a specification alone."""
