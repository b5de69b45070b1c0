"""What a student did, and what comes next.

Functions of a database connection (the commit is the caller's: see app.db) and of plain data. Time is always given,
in UTC epoch seconds.
"""
