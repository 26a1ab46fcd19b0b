"""Work that is too long for a page, or that is due at a time: a queue, a worker, and a row that shows progress."""
