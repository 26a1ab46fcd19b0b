"""Certificates: templates, issuing, the PDF, the public page that tells whether one is genuine, Open Badges.

What a certificate is given for (a completed course, a class, the hours of a year) is known by the rooms below.
"""
