"""The tools of translators: which texts there are, and which of them a language still lacks.

What pages need in order to speak a language is `academy.i18n`; nothing here is used while pages are served.
"""
