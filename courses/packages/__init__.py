"""Packages made elsewhere while they run: their files on an origin of their own, their reports, and what authors see of them.

What a package is and what its reports are worth, the lesson type `scorm` decides; what is counted, the learning room.
"""
