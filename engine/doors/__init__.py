"""What an open engine offers: one door for what is kept, asked, run, reviewed and measured. All async.

What takes time runs in threads or in the worker, and the rooms behind a door are imported when it is used.
"""
