"""Printing: a typst template and plain data become a PDF, with fonts that hold rare hanzi of names.

What is printed (a certificate, a training record) belongs to the room that prints it, and so does its template.
"""

from academy.printing.glyphs import missing
from academy.printing.press import PrintingError, typeset

__all__ = ["PrintingError", "missing", "typeset"]
