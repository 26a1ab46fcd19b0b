"""One clock a person: up to the server's own time, each second of it is spent on study once, wherever it is spent.

What a second of study is worth (film watched, paragraphs read) is decided by the rooms that spend it.
"""
