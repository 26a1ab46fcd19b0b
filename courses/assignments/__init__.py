"""Assignments: drafts, the versions that were handed in, and how instructors marked them.

What is asked for and what a mark is worth, the lesson type `assignment` decides; what counts, the learning room. Nothing that was
handed in and no mark is ever changed: another try is a new version, a corrected mark a further one.
"""
