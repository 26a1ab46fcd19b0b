"""What pages cost: `make bench`.

The server processes' CPU time, the number of queries and the bytes of the requests that people make most, each as a
ratio to a bare signed-in page of the same size measured in the same run. A ratio means the same on a fast machine and
on a slow or busy one; milliseconds do not.
"""
