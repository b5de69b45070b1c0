"""Where courses are written: drafts, revisions and publishing, what answers tell, classes, question banks.

Functions of a database connection (the commit is the caller's: see app.db) and of plain data; knows nothing of the web.
"""
