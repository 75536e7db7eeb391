"""All that is known of English: words and their forms, verbs, phrases, spelling, and the words of the API world."""
