"""What was asked, first and in full: a composer for each kind of question."""
